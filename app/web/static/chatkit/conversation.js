/** One thread at a time: what a reader does with it → requests → states. No DOM. */

import { RequestError } from "./client.js";
import { EMPTY, asked, ended, failed, isPending, loaded, pendingMessage, reduce, retried } from "./thread.js";

const UNEXPECTED = "Something went wrong on this page. Please try again.";

export class Conversation {
  /**
   * @param {import("./client.js").Client} client
   * @param {object} on `changed(state)`, `emit(name, detail)`, `tool(call)`
   */
  constructor(client, on) {
    this.client = client;
    this.#on = on;
  }

  state = EMPTY;
  #on;
  #turn = null; // the AbortController of the answer under way
  #last = null; // the message sent last, to send it again
  #loading = 0;

  get threadId() {
    return this.state.thread?.id ?? null;
  }

  /** @param {{content: object[], quoted?: string, inference?: object}} message */
  async send(message) {
    if (this.#turn) throw new Error("An answer is under way: stop it first.");
    this.#last = message;
    const { content, quoted = "", inference = {} } = message;
    const input = { content, quoted_text: quoted, attachments: [], inference_options: inference };
    this.#show(asked(this.state, pendingMessage(content, quoted)));
    if (this.threadId) await this.#answer("threads.add_user_message", { thread_id: this.threadId, input });
    else await this.#answer("threads.create", { input });
  }

  /** Ask again for what follows the last question, or the one that `itemId` answers. */
  async retry(itemId) {
    if (this.#turn) return;
    const { items } = this.state;
    const end = itemId ? items.findIndex((item) => item.id === itemId) : items.length;
    const question = items.slice(0, end).findLast((item) => item.type === "user_message");
    if (!question || isPending(question)) {
      if (this.#last) await this.send(this.#last);
      return;
    }
    this.#show(retried(this.state, question.id));
    await this.#answer("threads.retry_after_item", { thread_id: this.threadId, item_id: question.id });
  }

  stop() {
    this.#turn?.abort();
  }

  async act(action, itemId) {
    if (!this.threadId) throw new Error("There is no thread to send an action to.");
    this.#show({ ...this.state, streaming: true, error: null });
    const params = { thread_id: this.threadId, action: { type: action.type, payload: action.payload } };
    await this.#answer("threads.custom_action", itemId ? { ...params, item_id: itemId } : params);
  }

  /** @param {string} reason empty for none */
  async feedback(itemId, kind, reason = "") {
    const params = { thread_id: this.threadId, item_ids: [itemId], kind };
    try {
      await this.client.call("items.feedback", params, reason ? { reason } : undefined);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** Show thread `id`; null begins a new one. Rejects when it cannot be loaded. */
  async open(id) {
    this.stop();
    const turn = ++this.#loading;
    if (id === null) {
      this.#become(EMPTY);
      return;
    }
    this.#on.emit("thread.load.start", { threadId: id });
    try {
      const thread = await this.#whole(id);
      if (turn === this.#loading) this.#become(loaded(thread));
    } catch (error) {
      if (turn === this.#loading) this.#fail(error);
      throw error;
    } finally {
      this.#on.emit("thread.load.end", { threadId: id });
    }
  }

  async refresh() {
    const id = this.threadId;
    if (!id || this.#turn) return;
    const thread = await this.#whole(id);
    if (this.threadId === id && !this.#turn) this.#show(loaded(thread));
  }

  /** A change made in the history's list. */
  renamed(id, title) {
    if (id === this.threadId) this.#show({ ...this.state, thread: { ...this.state.thread, title } });
  }

  async #whole(id) {
    const thread = await this.client.call("threads.get_by_id", { thread_id: id });
    let page = thread.items;
    while (page.has_more && page.after) {
      const more = { thread_id: id, after: page.after, order: "asc", limit: 100 };
      page = await this.client.call("items.list", more);
      thread.items.data.push(...page.data);
    }
    return thread;
  }

  async #answer(type, params) {
    const turn = new AbortController();
    this.#turn = turn;
    this.#on.emit("response.start");
    try {
      for await (const events of this.client.stream(type, params, turn.signal)) {
        if (turn.signal.aborted) break;
        this.#take(events);
      }
    } catch (error) {
      if (!turn.signal.aborted) this.#fail(error);
    }
    if (this.#turn !== turn) return; // another thread was opened meanwhile
    this.#turn = null;
    const { progress } = this.state;
    this.#show(ended(this.state));
    this.#on.emit("response.end");
    await this.#tool(progress);
  }

  #take(events) {
    const before = this.threadId;
    let state = this.state;
    for (const event of events) {
      state = reduce(state, event);
      if (event.type === "client_effect") this.#on.emit("effect", { name: event.name, data: event.data });
      if (event.type === "error") this.#on.emit("error", { error: new RequestError(state.error.message, 200) });
    }
    this.#show(state);
    if (this.threadId !== before) this.#on.emit("thread.change", { threadId: this.threadId });
  }

  /** The page's own tools: at most one call a turn, answered in a turn of its own. */
  async #tool(progress) {
    const call = this.state.items.at(-1);
    if (call?.type !== "client_tool_call" || call.status !== "pending" || this.state.error) return;
    const result = await this.#result(call);
    if (result === undefined || this.#turn) return;
    const items = this.state.items.with(-1, { ...call, status: "completed" }); // answered once
    this.#show({ ...this.state, items, progress, streaming: true });
    await this.#answer("threads.add_client_tool_output", { thread_id: this.threadId, result });
  }

  /** A tool that fails says so: the server answers without it. */
  async #result({ name, arguments: params }) {
    try {
      return await this.#on.tool({ name, params });
    } catch (error) {
      return { error: error.message };
    }
  }

  #become(state) {
    const before = this.threadId;
    const answering = this.#turn;
    this.#turn = null;
    this.#last = null;
    this.#show(state);
    if (answering) this.#on.emit("response.end");
    if (this.threadId !== before) this.#on.emit("thread.change", { threadId: this.threadId });
  }

  #fail(error) {
    const known = error instanceof RequestError;
    this.#show(failed(this.state, known ? error.message : UNEXPECTED, known ? error.retryable : true));
    this.#on.emit("error", { error });
  }

  #show(state) {
    this.state = state;
    this.#on.changed(state);
  }
}
