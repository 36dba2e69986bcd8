/** The bar on top: the thread's title, the page's own actions, history, a new conversation. */

import { h, iconButton } from "./dom.js";

export class Header {
  /** @param {{history: () => void, fresh: () => void}} on */
  constructor(on, t) {
    this.#on = on;
    this.#t = t;
    this.#title = h("h1", { className: "title" });
    this.node = h("header", { className: "header" });
  }

  #on;
  #t;
  #title;
  #fixed = "";

  /** Buttons stay while the options name the same ones: one that has the focus keeps it. */
  configure({ header, history }) {
    this.node.hidden = !header.enabled;
    this.#fixed = header.title?.text ?? "";
    this.#title.hidden = header.title?.enabled === false;
    const focused = this.node.getRootNode().activeElement?.dataset.action;
    const own = (action, name) =>
      action && iconButton(action.icon, label(action.icon, this.#t), action.onClick, { "data-action": name });
    this.node.replaceChildren(
      ...[
        own(header.leftAction, "left"),
        history.enabled &&
          iconButton("history", this.#t("Conversations"), this.#on.history, { "data-action": "history" }),
        this.#title,
        iconButton("compose", this.#t("New conversation"), this.#on.fresh, { "data-action": "new" }),
        own(header.rightAction, "right"),
      ].filter(Boolean),
    );
    this.node.querySelector(`[data-action="${focused}"]`)?.focus();
  }

  update({ thread }) {
    const title = this.#fixed || thread?.title || this.#t("New conversation");
    if (this.#title.textContent !== title) this.#title.textContent = title;
  }
}

function label(name, t) {
  const known = { "dark-mode": "Dark mode", "light-mode": "Light mode", close: "Close" }[name];
  return known ? t(known) : name.replaceAll("-", " ");
}
