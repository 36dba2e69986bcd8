/** The items of a thread as DOM. A view is made once for each item and then told what changed:
 * nothing is drawn again because a token came. */

import { Answer } from "./answer.js";
import { h, icon } from "./dom.js";
import { Preview } from "./preview.js";
import { address } from "./sources.js";
import { Workflow } from "./workflow.js";

const NEAR = 80; // pixels from the end that count as reading the newest

export class Messages {
  /** @param {object} on `actions()`, `openEntity(source)`, `again()`, `linked(url)` */
  constructor(on, t) {
    this.#on = on;
    this.#t = t;
    this.#list = h("div", { className: "items", role: "log", "aria-live": "off", "aria-label": t("Messages") });
    this.#progress = h("p", { className: "progress", hidden: true });
    this.#trouble = h("div", { className: "trouble" });
    this.#spoken = h("div", { className: "visually-hidden", role: "status" });
    const column = h("div", { className: "column" }, this.#list, this.#progress, this.#trouble);
    this.node = h("div", { className: "messages", tabIndex: 0, role: "region", "aria-label": t("Conversation") }, column, this.#spoken, this.#preview.node);
  }

  /** Whether what is streamed is followed by a reader who is near the end. */
  follows = false;

  #on;
  #t;
  #list;
  #progress;
  #trouble;
  #spoken;
  #preview = new Preview();
  #views = new Map(); // item's id → {item, view}
  #hosts = new Set(); // hosts that sources of this thread live on
  #state = null;

  /** @param {import("./thread.js").State} state */
  update(state) {
    const before = this.#state;
    this.#state = state;
    const sent = state.streaming && !before?.streaming;
    const opened = before?.thread?.id !== state.thread?.id && !state.streaming;
    const follow = sent || (this.follows && state.streaming && this.#atEnd());
    if (before?.thread && before.thread.id !== state.thread?.id) this.#forget();
    this.#items(state);
    this.#say(state, before);
    this.#troubles(state, before);
    if (follow) this.#follow();
    else if (opened) this.node.scrollTop = this.node.scrollHeight;
  }

  /** To the newest, as long as the question stays in sight: an answer is read from its top. */
  #follow() {
    const question = [...this.#list.children].findLast((node) => node.matches(".question"));
    this.node.scrollTop = Math.min(this.node.scrollHeight, question?.offsetTop ?? Infinity);
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #forget() {
    this.#views.clear();
    this.#hosts.clear();
    this.#list.replaceChildren();
  }

  #items(state) {
    const kept = new Set(state.items.map((item) => item.id));
    for (const [id, { view }] of this.#views) {
      if (kept.has(id)) continue;
      view.node.remove();
      this.#views.delete(id);
    }
    let place = this.#list.firstChild;
    for (const item of state.items) {
      const node = this.#item(item);
      if (!node) continue;
      node.hidden = state.stale.has(item.id);
      if (node === place) place = place.nextSibling;
      else this.#list.insertBefore(node, place);
    }
  }

  #item(item) {
    let known = this.#views.get(item.id);
    if (!known) {
      const view = this.#make(item);
      if (!view) return null;
      known = { view };
      this.#views.set(item.id, known);
    }
    if (known.item !== item) {
      for (const source of sourcesOf(item)) this.#hosts.add(address(source)?.host);
      known.view.update(item);
      known.item = item;
    }
    return known.view.node;
  }

  #make(item) {
    const env = {
      t: this.#t,
      linked: (url) => this.#hosts.has(url.host) || this.#on.linked(url),
      openEntity: this.#on.openEntity,
      deeplink: this.#on.deeplink,
      preview: (mark, source) => this.#preview.attach(mark, source),
    };
    switch (item.type) {
      case "user_message":
        return new Question(item, this.#t);
      case "assistant_message":
        return new Answer(item, env, this.#on.actions());
      case "workflow":
        return new Workflow(item, env);
      case "task":
        return new Workflow(item, env);
      default:
        return null;
    }
  }

  /** Screen readers hear of progress and of whole answers, not of every token. */
  #say(state, before) {
    const waiting = state.streaming && state.items.at(-1)?.type !== "assistant_message";
    const searching = state.items.at(-1)?.type === "workflow";
    this.#progress.hidden = !waiting || searching;
    const text = this.#t(state.progress?.text ?? "Thinking");
    if (this.#progress.textContent !== text) this.#progress.textContent = text;
    if (before?.progress !== state.progress && state.progress) this.#spoken.textContent = text;
    if (!before?.streaming || state.streaming) return;
    const last = this.#views.get(state.items.at(-1)?.id)?.view;
    if (last instanceof Answer) setTimeout(() => { this.#spoken.textContent = last.text; });
  }

  #troubles(state, before) {
    if (before?.error === state.error && before?.notice === state.notice) return;
    this.#trouble.replaceChildren();
    const { error, notice } = state;
    if (notice) this.#trouble.append(h("p", { className: `notice ${notice.level}`, role: "status" }, notice.message));
    if (!error) return;
    const again = error.retryable
      ? h("button", { type: "button", className: "button", onclick: this.#on.again }, this.#t("Try again"))
      : null;
    this.#trouble.append(h("div", { className: "error", role: "alert" }, icon("alert"), h("p", {}, this.#t(error.message)), again));
  }
}

class Question {
  constructor(item, t) {
    this.#text = h("div", { className: "question-text", dir: "auto" });
    this.node = h("article", { className: "question", "aria-label": t("You") }, this.#text);
    if (item.quoted_text) this.node.prepend(h("blockquote", { className: "quote" }, item.quoted_text));
  }

  #text;

  update(item) {
    this.#text.replaceChildren(
      ...item.content.map((part) =>
        part.type === "input_tag" ? h("span", { className: "tag" }, `@${part.text}`) : part.text,
      ),
    );
  }
}

function sourcesOf(item) {
  const found = (item.workflow?.tasks ?? [item.task]).flatMap((task) => task?.sources ?? []);
  const cited = (item.content ?? []).flatMap((part) => part?.annotations ?? []);
  return [...found, ...cited.filter(Boolean).map((annotation) => annotation.source)];
}
