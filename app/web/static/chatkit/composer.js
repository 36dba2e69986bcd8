/** Where a question is written; while an answer is streamed its button stops it. */

import { h, icon, iconButton } from "./dom.js";
import { Mentions } from "./mentions.js";
import { Pickers } from "./pickers.js";

export class Composer {
  /** @param {object} on `send({content, quoted, inference})`, `stop()`, `search(query)`, `tool(id)` */
  constructor(on, t) {
    this.#on = on;
    this.#t = t;
    this.#input = h("textarea", {
      className: "input",
      rows: 1,
      dir: "auto",
      "aria-label": t("Your question"),
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.#button = h("button", { type: "submit", className: "send" });
    this.#quote = h("div", { className: "quoted", hidden: true });
    this.#disclaimer = h("p", { className: "disclaimer", hidden: true });
    this.#mentions = new Mentions(this.#input, on.search, t);
    this.#pickers = new Pickers((id) => this.#picked(id), t);
    const line = h("div", { className: "line" }, this.#input, this.#button);
    const box = h("div", { className: "box" }, this.#quote, line, this.#pickers.node, this.#mentions.node);
    this.node = h("form", { className: "composer", onsubmit: (event) => this.#submit(event) }, box, this.#disclaimer);
    this.update({ streaming: false, cancellable: false });
  }

  #on;
  #t;
  #input;
  #button;
  #quote;
  #disclaimer;
  #mentions;
  #pickers;
  #placeholder = "";
  #quoted = "";
  #streaming = false;
  #closed = false;
  #face = "";

  configure({ placeholder, disclaimer, models, tools, entities }) {
    this.#placeholder = placeholder;
    this.#pickers.configure({ models, tools });
    this.#input.placeholder = this.#pickers.tool?.placeholderOverride ?? placeholder;
    this.#mentions.offered = Boolean(entities?.onTagSearch);
    this.#disclaimer.hidden = !disclaimer?.text;
    this.#disclaimer.textContent = disclaimer?.text ?? "";
    this.#disclaimer.classList.toggle("strong", disclaimer?.highContrast ?? false);
  }

  /** @param {Partial<import("./thread.js").State>} state */
  update({ streaming, cancellable, thread }) {
    this.#streaming = streaming;
    this.#closed = (thread?.status?.type ?? "active") !== "active";
    this.#input.disabled = this.#closed;
    const face = streaming ? "stop" : "send";
    if (this.#face !== face) {
      this.#face = face;
      this.#button.replaceChildren(icon(face));
      this.#button.ariaLabel = this.#button.title = this.#t(streaming ? "Stop answering" : "Send");
    }
    this.#button.disabled = streaming ? !cancellable : this.#closed || !this.#input.value.trim();
  }

  focus() {
    this.#input.focus();
  }

  set({ text, content, reply, selectedToolId, selectedModelId }) {
    if (content) this.#input.value = this.#mentions.text(content);
    else if (text !== undefined) this.#input.value = text;
    if (reply !== undefined) this.#cite(reply);
    if (selectedToolId !== undefined) this.#pickers.choose({ tool: selectedToolId });
    if (selectedModelId !== undefined) this.#pickers.choose({ model: selectedModelId });
    this.#grown();
  }

  #cite(quoted) {
    this.#quoted = quoted;
    this.#quote.hidden = !quoted;
    this.#quote.replaceChildren(
      h("span", { dir: "auto" }, quoted),
      iconButton("close", this.#t("Remove the quote"), () => this.#cite("")),
    );
  }

  #picked(id) {
    this.#input.placeholder = this.#pickers.tool?.placeholderOverride ?? this.#placeholder;
    this.#on.tool(id);
  }

  #submit(event) {
    event.preventDefault();
    if (this.#streaming) return this.#on.stop();
    const text = this.#input.value.trim();
    if (!text || this.#closed) return;
    const message = { content: this.#mentions.content(text), quoted: this.#quoted, inference: this.#pickers.inference };
    this.set({ text: "", reply: "" });
    this.#mentions.clear();
    this.#pickers.sent();
    this.#on.send(message);
  }

  #key(event) {
    if (event.isComposing || this.#mentions.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    if (!this.#streaming) this.node.requestSubmit();
  }

  #changed() {
    this.#grown();
    this.#mentions.update();
  }

  /** As high as its text, up to what the style allows. */
  #grown() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
    if (!this.#streaming) this.#button.disabled = this.#closed || !this.#input.value.trim();
  }
}
