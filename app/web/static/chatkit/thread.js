/** Events of the protocol → what is shown. Pure: a new state for each event that changes it. */

/**
 * @typedef {object} State
 * @property {?{id: string, title?: string, status?: {type: string, reason?: string}}} thread
 * @property {object[]} items in the order of the thread; `open` while more of one may come
 * @property {Set<string>} stale items that a retry replaces as soon as its answer begins
 * @property {?{text: string}} progress what the server does now; never stored
 * @property {?{message: string, retryable: boolean}} error
 * @property {?{level: string, message: string, title?: string}} notice
 * @property {boolean} streaming
 * @property {boolean} cancellable
 */

/** @type {State} */
export const EMPTY = Object.freeze({
  thread: null,
  items: [],
  stale: new Set(),
  progress: null,
  error: null,
  notice: null,
  streaming: false,
  cancellable: false,
});

const GENERIC = "Something went wrong. Please try again.";
const PENDING = "pending";

/** A question as it is shown until the server has named it. */
export function pendingMessage(content, quoted) {
  return { id: PENDING, type: "user_message", content, quoted_text: quoted };
}

export function isPending(item) {
  return item.id === PENDING;
}

export function reduce(state, event) {
  switch (event.type) {
    case "thread.created":
    case "thread.updated":
      return { ...state, thread: metadata(event.thread) };
    case "thread.item.added":
      return begun(state, { ...event.item, open: true });
    case "thread.item.done":
      return event.item.type === "client_tool_call" ? begun(state, event.item) : put(state, event.item);
    case "thread.item.replaced":
      return put(state, event.item);
    case "thread.item.updated":
      return change(state, event.item_id, (item) => updated(item, event.update));
    case "thread.item.removed":
      return { ...state, items: state.items.filter((item) => item.id !== event.item_id) };
    case "stream_options":
      return { ...state, cancellable: event.stream_options.allow_cancel };
    case "progress_update":
      return { ...state, progress: { text: event.text } };
    case "notice":
      return { ...state, notice: event };
    case "error":
      return {
        ...state,
        error: { message: event.message || GENERIC, retryable: event.allow_retry ?? false },
      };
    default:
      return state;
  }
}

/** A thread as `threads.get_by_id` gives it. */
export function loaded(thread) {
  return { ...EMPTY, thread: metadata(thread), items: thread.items?.data ?? [] };
}

export function asked(state, message) {
  return { ...started(state), items: [...state.items.filter((i) => !isPending(i)), message] };
}

/** What follows item `id` is asked for again. */
export function retried(state, id) {
  const at = state.items.findIndex((item) => item.id === id);
  return { ...started(state), stale: new Set(state.items.slice(at + 1).map((item) => item.id)) };
}

export function ended(state) {
  const items = state.items.map((item) => (item.open ? { ...item, open: false } : item));
  return { ...state, items, streaming: false, cancellable: false, progress: null, stale: new Set() };
}

export function failed(state, message, retryable) {
  return { ...state, error: { message, retryable } };
}

function started(state) {
  return { ...state, streaming: true, progress: null, error: null, notice: null };
}

function metadata({ items, ...thread }) {
  return thread;
}

/** The old answer goes when the new one begins, with words or with something that the page does. */
function begun(state, item) {
  if (item.type !== "assistant_message" && item.type !== "client_tool_call") return put(state, item);
  const items = state.items.filter((old) => !state.stale.has(old.id));
  const progress = item.type === "client_tool_call" ? state.progress : null;
  return put({ ...state, items, stale: new Set(), progress }, item);
}

function put(state, item) {
  const at = state.items.findIndex(
    (old) => old.id === item.id || (isPending(old) && item.type === "user_message"),
  );
  const items = at < 0 ? [...state.items, item] : state.items.with(at, item);
  return { ...state, items };
}

function change(state, id, changed) {
  const at = state.items.findIndex((item) => item.id === id);
  return at < 0 ? state : { ...state, items: state.items.with(at, changed(state.items[at])) };
}

function updated(item, update) {
  const [subject] = update.type.split(".");
  if (subject === "assistant_message") {
    return { ...item, content: parts([...item.content], update) };
  }
  if (subject === "workflow") {
    const tasks = [...item.workflow.tasks];
    tasks[update.task_index] = update.task;
    return { ...item, workflow: { ...item.workflow, tasks } };
  }
  return item;
}

function parts(content, update) {
  const at = update.content_index;
  const part = content[at] ?? { type: "output_text", text: "", annotations: [] };
  const annotations = [...(part.annotations ?? [])];
  switch (update.type.slice("assistant_message.content_part.".length)) {
    case "added":
    case "done":
      content[at] = update.content;
      break;
    case "text_delta":
      content[at] = { ...part, text: part.text + update.delta };
      break;
    case "annotation_added":
      annotations[update.annotation_index] = update.annotation;
      content[at] = { ...part, annotations };
      break;
  }
  return content;
}
