"""The sections of a page as they are filled, heading by heading."""

from dataclasses import replace

from ingest.markdown.page import Block, MarkdownPage, Section


class Outline:
    """The sections of a page under construction."""

    def __init__(self, first_line: int) -> None:
        self.sections: list[Section] = []
        self._open = Section("", None, 0, (), first_line, ())
        self._blocks: list[Block] = []
        self._above: list[tuple[int, str]] = []  # depth and text of the headings above

    def add(self, block: Block) -> None:
        self._blocks.append(block)

    def start(self, heading: str, anchor: str | None, depth: int, line: int) -> None:
        self.finish()
        while self._above and self._above[-1][0] >= depth:
            self._above.pop()
        is_title = depth == 1 and not self.sections
        if not is_title and heading:
            self._above.append((depth, heading))
        breadcrumb = tuple(text for _, text in self._above)
        self._open = Section(heading, anchor, depth, breadcrumb, line, ())

    def splice(self, page: MarkdownPage, line: int) -> None:
        """A partial's text goes on in this section; its headings are under this one's parents."""
        for section in page.sections:
            if section.depth == 0:
                self._blocks.extend(section.blocks)
                continue
            self.start(section.heading, section.anchor, section.depth, line)
            self._blocks.extend(section.blocks)

    def finish(self) -> None:
        if self._blocks or self._open.depth:
            self.sections.append(replace(self._open, blocks=tuple(self._blocks)))
        self._blocks = []
