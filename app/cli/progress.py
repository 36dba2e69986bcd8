"""A progress bar on stderr."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class RateColumn(ProgressColumn):
    """Steps a second since the phase began; nothing while that is no rate yet."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time or task.elapsed
        return Text(f"{task.completed / seconds:,.0f}/s" if seconds and seconds >= 0.5 else "")


@contextmanager
def progress(*, quiet: bool) -> Generator[Callable[[str, int, int], None]]:
    """Gives `show(phase, done, total)`, with 0 for a total that is not known yet.

    Each phase has a line of its own. Where stderr is no terminal, only the end is printed.
    """
    with Progress(
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        disable=quiet,
    ) as bar:
        lines: dict[str, TaskID] = {}

        def end() -> None:
            for line in lines.values():
                bar.update(line, total=bar.tasks[line].completed)

        def show(phase: str, done: int, total: int) -> None:
            if phase not in lines:
                end()  # what came before is done
                lines[phase] = bar.add_task(phase, total=None)
            bar.update(lines[phase], completed=done, total=total or None)

        yield show
        end()
