/** The empty chat: a greeting, and questions to begin with. */

import { h, icon } from "./dom.js";

export class StartScreen {
  /** @param {(content: object[]) => void} send */
  constructor(send, t) {
    this.#send = send;
    this.node = h("section", { className: "start", "aria-label": t("Start") });
  }

  #send;

  configure({ greeting, prompts }) {
    this.node.replaceChildren(
      h("p", { className: "greeting" }, greeting),
      h("div", { className: "prompts" }, ...prompts.map((prompt) => this.#button(prompt))),
    );
  }

  update({ items, streaming, error }) {
    this.node.hidden = items.length > 0 || streaming || error !== null;
  }

  #button({ label, prompt }) {
    const content = typeof prompt === "string" ? [{ type: "input_text", text: prompt }] : prompt;
    const send = () => this.#send(content);
    return h("button", { type: "button", className: "prompt", onclick: send }, label, icon("chevron"));
  }
}
