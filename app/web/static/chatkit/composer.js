/** Where a question is written; while an answer is streamed its button stops it. */

import { h, icon, iconButton } from "./dom.js";

export class Composer {
  /** @param {{send: (text: string, quoted: string) => void, stop: () => void}} on */
  constructor(on) {
    this.#on = on;
    this.#input = h("textarea", {
      className: "input",
      rows: 1,
      "aria-label": "Your question",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.#button = h("button", { type: "submit", className: "send" });
    this.#quote = h("div", { className: "quoted", hidden: true });
    this.#disclaimer = h("p", { className: "disclaimer", hidden: true });
    this.node = h(
      "form",
      { className: "composer", onsubmit: (event) => this.#submit(event) },
      h("div", { className: "box" }, this.#quote, h("div", { className: "line" }, this.#input, this.#button)),
      this.#disclaimer,
    );
    this.update({ streaming: false, cancellable: false });
  }

  #on;
  #input;
  #button;
  #quote;
  #disclaimer;
  #quoted = "";
  #streaming = false;
  #closed = false;
  #face = "";

  configure({ placeholder, disclaimer }) {
    this.#input.placeholder = placeholder;
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
      this.#button.ariaLabel = this.#button.title = streaming ? "Stop answering" : "Send";
    }
    this.#button.disabled = streaming ? !cancellable : this.#closed || !this.#input.value.trim();
  }

  focus() {
    this.#input.focus();
  }

  set({ text, reply }) {
    if (text !== undefined) this.#input.value = text;
    if (reply !== undefined) this.#cite(reply);
    this.#changed();
  }

  #cite(quoted) {
    this.#quoted = quoted;
    this.#quote.hidden = !quoted;
    this.#quote.replaceChildren(
      h("span", {}, quoted),
      iconButton("close", "Remove the quote", () => this.#cite("")),
    );
  }

  #submit(event) {
    event.preventDefault();
    if (this.#streaming) return this.#on.stop();
    const text = this.#input.value.trim();
    if (!text || this.#closed) return;
    const quoted = this.#quoted;
    this.set({ text: "", reply: "" });
    this.#on.send(text, quoted);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#streaming) this.node.requestSubmit();
  }

  /** As high as its text, up to what the style allows. */
  #changed() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
    if (!this.#streaming) this.#button.disabled = this.#closed || !this.#input.value.trim();
  }
}
