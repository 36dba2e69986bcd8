"""Ids in the order of (created, sequence of arrival)."""

from bisect import bisect_left, bisect_right, insort
from itertools import count


class Timeline:
    """Paging costs the page, not the length. Unknown ids raise KeyError."""

    def __init__(self) -> None:
        self._sequence = count()
        self._order: list[tuple[int, int, str]] = []
        self._place: dict[str, tuple[int, int, str]] = {}

    def __contains__(self, id_: str) -> bool:
        return id_ in self._place

    def __len__(self) -> int:
        return len(self._order)

    @property
    def newest(self) -> int | None:
        return self._order[-1][0] if self._order else None

    def add(self, id_: str, created: int) -> None:
        """An id that is there already keeps its place."""
        if id_ not in self._place:
            self._place[id_] = (created, next(self._sequence), id_)
            insort(self._order, self._place[id_])

    def remove(self, id_: str) -> None:
        del self._order[bisect_left(self._order, self._place.pop(id_))]

    def page(self, after: str | None, count: int, *, newest_first: bool) -> list[str]:
        """Up to `count` ids that come after `after` in the order asked for."""
        if newest_first:
            end = len(self._order) if after is None else self._index(after)
            places = self._order[max(0, end - count) : end][::-1]
        else:
            start = 0 if after is None else self._index(after) + 1
            places = self._order[start : start + count]
        return [id_ for _, _, id_ in places]

    def later(self, id_: str) -> list[str]:
        return [later for _, _, later in self._order[self._index(id_) + 1 :]]

    def _index(self, id_: str) -> int:
        return bisect_right(self._order, self._place[id_]) - 1
