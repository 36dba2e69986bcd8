/** `@` in the composer: a list of what the page finds, and the tags that were chosen from it. */

import { h } from "./dom.js";

const ASKING = /(?:^|\s)@([^@\n]{0,60})$/u;

export class Mentions {
  /** @param {HTMLTextAreaElement} input @param {(query: string) => Promise<object[]>} search */
  constructor(input, search, t) {
    this.#input = input;
    this.#search = search;
    this.node = h("ul", { className: "mentions", role: "listbox", id: "mentions", "aria-label": t("Pages"), hidden: true });
    input.addEventListener("blur", () => this.#close());
  }

  #input;
  #search;
  #found = [];
  #active = 0;
  #chosen = new Map(); // title → entity
  #asked = 0;

  /** What a screen reader is told, as long as the page can search. A textarea may be no combobox. */
  set offered(offered) {
    const attributes = { "aria-autocomplete": "list", "aria-controls": "mentions" };
    for (const [name, value] of Object.entries(attributes)) {
      if (offered) this.#input.setAttribute(name, value);
      else this.#input.removeAttribute(name);
    }
  }

  /** Call after every change of the text. */
  async update() {
    const asked = ++this.#asked;
    const query = this.#before().match(ASKING)?.[1];
    const known = query !== undefined && this.#chosen.has(query.trim());
    const found = query === undefined || known ? [] : await this.#search(query);
    if (asked === this.#asked) this.#show(found);
  }

  /** @returns {boolean} whether the key was for the list */
  key(event) {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#mark((this.#active + step + this.#found.length) % this.#found.length);
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#found[this.#active]);
    else if (event.key === "Escape") this.#close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** Text with tags in it, as ChatKit sends it. */
  content(text) {
    const titles = [...this.#chosen.keys()].sort((a, b) => b.length - a.length).map(escaped);
    if (!titles.length) return [{ type: "input_text", text }];
    const parts = text.split(new RegExp(`@(${titles.join("|")})`, "u"));
    return parts
      .map((part, at) => (at % 2 ? tag(this.#chosen.get(part)) : { type: "input_text", text: part }))
      .filter((part) => part.type === "input_tag" || part.text);
  }

  /** The other way round: content as text, its tags remembered. */
  text(content) {
    const shown = content.map((part) => {
      if (part.type !== "input_tag") return part.text;
      this.#chosen.set(part.text, { ...part, title: part.text });
      return `@${part.text}`;
    });
    return shown.join("");
  }

  clear() {
    this.#chosen.clear();
    this.#close();
  }

  #before() {
    return this.#input.value.slice(0, this.#input.selectionStart);
  }

  #show(found) {
    this.#found = found;
    const option = (entity, at) =>
      h("li", { role: "option", id: `mention-${at}`, onpointerdown: (event) => this.#pointed(event, entity) }, h("span", {}, entity.title), h("span", { className: "mention-place" }, entity.data?.path ?? entity.group ?? ""));
    this.node.replaceChildren(...found.map(option));
    this.node.hidden = !found.length;
    if (found.length) this.#mark(0);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #mark(at) {
    this.#active = at;
    for (const [n, option] of [...this.node.children].entries()) option.ariaSelected = String(n === at);
    this.#input.setAttribute("aria-activedescendant", `mention-${at}`);
    this.node.children[at].scrollIntoView({ block: "nearest" });
  }

  #pointed(event, entity) {
    event.preventDefault(); // the text keeps the focus
    this.#choose(entity);
  }

  #choose(entity) {
    this.#chosen.set(entity.title, entity);
    const before = this.#before().replace(/@[^@\n]*$/u, `@${entity.title} `);
    const after = this.#input.value.slice(this.#input.selectionStart);
    this.#input.value = before + after;
    this.#input.setSelectionRange(before.length, before.length);
    this.#close();
  }

  #close() {
    this.#asked += 1;
    if (!this.node.hidden) this.#show([]);
  }
}

function tag({ id, title, group, interactive, data }) {
  return { type: "input_tag", id, text: title, data: data ?? {}, ...(group && { group }), interactive: interactive ?? false };
}

function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
