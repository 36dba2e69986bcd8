"""Requests that are answered at once: threads, items, feedback."""

from chatkit.types import (
    ItemsFeedbackReq,
    ItemsListReq,
    NonStreamingReq,
    Page,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
)

from app.context import RequestContext
from app.requests import not_offered
from app.stores.base import ThreadStore
from app.turn import dumped, shown

PAGE_SIZE = 20
FULL_THREAD = 100  # items sent with a thread that is opened; the rest by items.list
LONGEST_TITLE = 200
LONGEST_REASON = 2_000


async def reply(request: NonStreamingReq, store: ThreadStore, context: RequestContext) -> bytes:
    """Raises `RequestError` for what is not offered, `NotFoundError` for another owner's."""
    match request:
        case ThreadsListReq(params=params):
            threads = await store.load_threads(
                params.limit or PAGE_SIZE, params.after, params.order, context
            )
            data = [shown(thread) for thread in threads.data]
            return dumped(Page(data=data, has_more=threads.has_more, after=threads.after))
        case ThreadsGetByIdReq(params=params):
            thread = await store.load_thread(params.thread_id, context)
            items = await store.load_visible_items(thread.id, None, FULL_THREAD, "asc", context)
            return dumped(shown(thread, items))
        case ItemsListReq(params=params):
            await store.load_thread(params.thread_id, context)
            return dumped(
                await store.load_visible_items(
                    params.thread_id,
                    params.after,
                    params.limit or PAGE_SIZE,
                    params.order,
                    context,
                )
            )
        case ThreadsUpdateReq(params=params):
            thread = await store.load_thread(params.thread_id, context)
            thread.title = " ".join(params.title.split())[:LONGEST_TITLE] or None
            await store.save_thread(thread, context)
            return dumped(shown(thread))
        case ThreadsDeleteReq(params=params):
            await store.delete_thread(params.thread_id, context)
        case ItemsFeedbackReq(params=params):
            await store.save_feedback(
                params.thread_id, params.item_ids, params.kind, context, _reason(request)
            )
        case ThreadsSyncCustomActionReq(params=params):
            await store.load_thread(params.thread_id, context)
            raise not_offered(request)
        case _:
            raise not_offered(request)
    return b"{}"


def _reason(request: ItemsFeedbackReq) -> str | None:
    """The protocol has no field for it: `metadata` is where it leaves room."""
    said = request.metadata.get("reason")
    return said.strip()[:LONGEST_REASON] or None if isinstance(said, str) else None
