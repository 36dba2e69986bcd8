/** Which model answers, and which tool is to be used: what the page offers of what the server allows. */

import { h } from "./dom.js";

export class Pickers {
  /** @param {(toolId: ?string) => void} changed */
  constructor(changed, t) {
    this.#changed = changed;
    this.#t = t;
    this.node = h("div", { className: "pickers", hidden: true });
  }

  tool = null;
  #model = null;
  #changed;
  #t;
  #offered = "";
  #tools = [];

  /** What is chosen stays chosen as long as the same is offered. */
  configure({ models = [], tools = [] }) {
    const offered = JSON.stringify([models, tools]);
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#tools = tools;
    this.tool = null;
    this.#model = (models.find((model) => model.default) ?? models[0])?.id ?? null;
    this.node.hidden = !models.length && !tools.length;
    this.node.replaceChildren(...tools.map((tool) => this.#toggle(tool)), ...(models.length ? [this.#select(models)] : []));
  }

  /** The protocol's `inference_options`. */
  get inference() {
    return { ...(this.tool && { tool_choice: { id: this.tool.id } }), ...(this.#model && { model: this.#model }) };
  }

  choose({ model, tool }) {
    if (model !== undefined) this.#model = model;
    if (tool !== undefined) this.tool = this.#tools.find(({ id }) => id === tool) ?? null;
    this.#draw();
    if (tool !== undefined) this.#changed(this.tool?.id ?? null);
  }

  sent() {
    if (this.tool && !this.tool.persistent) this.choose({ tool: null });
  }

  #draw() {
    for (const button of this.node.querySelectorAll("button")) {
      button.ariaPressed = String(button.dataset.tool === this.tool?.id);
    }
    const select = this.node.querySelector("select");
    if (select) select.value = this.#model;
  }

  #toggle(tool) {
    const choose = () => this.choose({ tool: this.tool?.id === tool.id ? null : tool.id });
    return h("button", { type: "button", className: "tool", "data-tool": tool.id, "aria-pressed": "false", onclick: choose }, tool.shortLabel ?? tool.label);
  }

  #select(models) {
    const options = models.map(({ id, label, description, disabled }) =>
      h("option", { value: id, disabled: disabled ?? false, selected: id === this.#model, title: description ?? "" }, label),
    );
    const choose = ({ currentTarget }) => this.choose({ model: currentTarget.value });
    return h("select", { className: "model", "aria-label": this.#t("Model"), onchange: choose }, ...options);
  }
}
