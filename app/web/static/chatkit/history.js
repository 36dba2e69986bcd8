/** Earlier conversations in a panel: open, rename, delete. */

import { h, iconButton } from "./dom.js";

const PAGE = 30;

export class History {
  /** @param {object} on `list(after)`, `open(id)`, `rename(id, title)`, `remove(id)`, `removeAll()`
   * (null, or what does it), `closed()`, `failed(error)` */
  constructor(on, t) {
    this.#on = on;
    this.#t = t;
    this.#list = h("ul", { className: "threads", role: "list" });
    this.#foot = h("div", { className: "threads-foot" });
    this.#all = h("div", { className: "threads-all", hidden: true });
    const close = iconButton("close", t("Close"), () => this.close());
    const header = h("header", {}, h("h2", {}, t("Conversations")), close);
    const inner = h("div", { className: "history-inner" }, header, this.#list, this.#foot, this.#all);
    const onkeydown = (event) => this.#key(event);
    this.node = h("dialog", { className: "history", "aria-label": t("Conversations"), onkeydown }, inner);
  }

  #on;
  #t;
  #list;
  #foot;
  #all; // deletes all of them
  #options = {};
  #current = null;
  #before = null; // what had the focus

  configure({ showRename = true, showDelete = true } = {}) {
    this.#options = { showRename, showDelete };
  }

  async open(current) {
    this.#current = current;
    this.#list.replaceChildren();
    this.#all.hidden = true;
    this.#foot.textContent = this.#t("Loading…");
    this.#before = this.node.getRootNode().activeElement;
    this.node.show(); // over the chat, not over the page around it
    this.#around(true);
    this.node.querySelector("button").focus();
    await this.#more();
  }

  close() {
    if (!this.node.open) return;
    this.node.close();
    this.#around(false);
    this.#before?.focus();
    this.#on.closed();
  }

  /** The rest of the chat: out of reach while the list is open. */
  #around(inert) {
    for (const part of this.node.parentElement.children) part.inert = inert && part !== this.node;
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault(); // it is not for the page
    this.close();
  }

  async #more(after) {
    try {
      const page = await this.#on.list({ limit: PAGE, order: "desc", ...(after && { after }) });
      this.#list.append(...page.data.map((thread) => this.#row(thread)));
      this.#foot.replaceChildren();
      if (page.has_more) {
        const next = () => this.#more(page.after);
        this.#foot.append(h("button", { type: "button", className: "button", onclick: next }, this.#t("Show more")));
      }
      this.#empty();
    } catch (error) {
      this.#foot.textContent = error.message;
    }
  }

  /** What is said, and offered, below the list. */
  #empty() {
    const none = !this.#list.children.length;
    if (none) this.#foot.textContent = this.#t("No conversations yet.");
    const removeAll = this.#options.showDelete && this.#on.removeAll();
    this.#all.hidden = none || !removeAll;
    if (!this.#all.hidden && !this.#all.children.length) {
      const ask = () => this.#confirmAll(removeAll);
      this.#all.append(h("button", { type: "button", className: "button", onclick: ask }, this.#t("Delete all conversations")));
    }
  }

  #row(thread) {
    const name = () => thread.title || this.#t("Untitled");
    const label = h("span", { className: "thread-title" }, name());
    const open = h("button", { type: "button", className: "thread-open", onclick: () => this.#choose(thread.id) }, label, h("span", { className: "thread-date" }, day(thread.created_at)));
    if (thread.id === this.#current) open.setAttribute("aria-current", "true");
    const row = h("li", { className: "thread" }, open);
    const rename = () => this.#rename(row, thread, () => { label.textContent = name(); });
    if (this.#options.showRename) row.append(iconButton("rename", this.#t("Rename “{name}”", { name: name() }), rename));
    if (this.#options.showDelete) {
      row.append(iconButton("delete", this.#t("Delete “{name}”", { name: name() }), () => this.#confirm(row, thread)));
    }
    return row;
  }

  #choose(id) {
    this.close();
    this.#on.open(id);
  }

  /** In place of the row: a field, or a question. */
  #instead(row, form) {
    const before = [...row.childNodes];
    const back = () => {
      row.replaceChildren(...before);
      before[0].focus();
    };
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // or it would close the panel
      event.stopPropagation();
      back();
    });
    row.replaceChildren(form);
    return back;
  }

  #rename(row, thread, renamed) {
    const input = h("input", { className: "thread-name", value: thread.title ?? "", maxLength: 200, "aria-label": this.#t("New title") });
    const save = async (event) => {
      event.preventDefault();
      const title = input.value.trim();
      if (title && (await this.#done(this.#on.rename(thread.id, title)))) thread.title = title;
      renamed();
      back();
    };
    const form = h("form", { className: "thread-form", onsubmit: save }, input, h("button", { type: "submit", className: "button" }, this.#t("Save")));
    const back = this.#instead(row, form);
    input.select();
  }

  #confirm(row, thread) {
    const name = thread.title || this.#t("Untitled");
    const remove = async () => {
      if (!(await this.#done(this.#on.remove(thread.id)))) return false;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      this.#empty();
      (next?.querySelector("button") ?? this.node.querySelector("button")).focus();
      return true;
    };
    this.#ask(row, this.#t("Delete “{name}”?", { name }), this.#t("Delete"), remove);
  }

  #confirmAll(removeAll) {
    const remove = async () => {
      if (!(await this.#done(removeAll()))) return false;
      this.#list.replaceChildren();
      this.#foot.replaceChildren();
      this.#all.replaceChildren();
      this.#empty();
      this.node.querySelector("button").focus();
      return true;
    };
    this.#ask(this.#all, this.#t("Delete all conversations?"), this.#t("Delete all"), remove);
  }

  /** @param {() => Promise<boolean>} act whether it was done; else all is as before */
  #ask(row, question, label, act) {
    const onsubmit = async (event) => {
      event.preventDefault();
      if (!(await act())) back();
    };
    const yes = h("button", { type: "submit", className: "button danger" }, label);
    const no = h("button", { type: "button", className: "button", onclick: () => back() }, this.#t("Keep"));
    const form = h("form", { className: "thread-form", onsubmit }, h("span", { className: "thread-title" }, question), yes, no);
    const back = this.#instead(row, form);
    yes.focus();
  }

  async #done(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      this.#foot.textContent = error.message;
      this.#on.failed(error);
      return false;
    }
  }
}

function day(date) {
  const then = new Date(date);
  const today = then.toDateString() === new Date().toDateString();
  return today
    ? then.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : then.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
}
