"""The item of a thread that lists what was searched before a message, and what was found."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from chatkit.types import (
    DurationSummary,
    SearchTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    URLSource,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from app.retrieval.passages import NumberedPassage

SEARCHING = "Searching the docs"
_EXCERPT = 200


def source(passage: NumberedPassage) -> URLSource:
    text = " ".join(passage.text.split())
    excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return URLSource(title=passage.path, url=passage.url, description=excerpt or None)


class Search:
    def __init__(self, item_id: str, thread_id: str) -> None:
        self._started = time.monotonic()
        self._item = WorkflowItem(
            id=item_id,
            thread_id=thread_id,
            created_at=datetime.now(UTC),
            workflow=Workflow(type="custom", tasks=[]),
        )

    def begin(self, query: str) -> Iterable[ThreadStreamEvent]:
        task = SearchTask(
            title=SEARCHING, title_query=query, queries=[query], status_indicator="loading"
        )
        tasks = self._item.workflow.tasks
        tasks.append(task)
        if len(tasks) == 1:
            yield ThreadItemAddedEvent(item=self._item)
        else:
            added = WorkflowTaskAdded(task_index=len(tasks) - 1, task=task)
            yield ThreadItemUpdatedEvent(item_id=self._item.id, update=added)

    def end(self, sources: Iterable[URLSource]) -> Iterable[ThreadStreamEvent]:
        last = len(self._item.workflow.tasks) - 1
        task = self._item.workflow.tasks[last].model_copy(
            update={
                "sources": list({found.url: found for found in sources}.values()),
                "status_indicator": "complete",
            }
        )
        self._item.workflow.tasks[last] = task
        updated = WorkflowTaskUpdated(task_index=last, task=task)
        yield ThreadItemUpdatedEvent(item_id=self._item.id, update=updated)

    def close(self) -> Iterable[ThreadStreamEvent]:
        seconds = round(time.monotonic() - self._started)
        self._item.workflow.summary = DurationSummary(duration=seconds)
        stop_loading(self._item)
        yield ThreadItemDoneEvent(item=self._item)


def stop_loading(item: WorkflowItem) -> None:
    """A search that failed, or whose reader left, goes on for nobody."""
    for task in item.workflow.tasks:
        if task.status_indicator == "loading":
            task.status_indicator = "none"
