/** What a citation stands for, beside the pointer or the focus. */

import { h } from "./dom.js";
import { titled } from "./sources.js";

const GAP = 8; // pixels

export class Preview {
  constructor() {
    this.node = h("div", { className: "preview", role: "tooltip", id: "preview", popover: "manual" });
  }

  /** Shows itself while `mark` is pointed at or has the focus. */
  attach(mark, source) {
    const show = () => this.#show(mark, source);
    const hide = () => this.#hide();
    mark.setAttribute("aria-describedby", "preview");
    mark.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
    mark.addEventListener("pointerleave", hide);
    mark.addEventListener("focus", show);
    mark.addEventListener("blur", hide);
    mark.addEventListener("click", hide);
    mark.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.node.matches(":popover-open")) return;
      event.preventDefault();
      hide();
    });
  }

  #show(mark, source) {
    const { heading, trail } = titled(source);
    this.node.replaceChildren(
      h("span", { className: "preview-trail" }, trail),
      h("strong", {}, heading),
      ...(source.description ? [h("span", { className: "preview-text" }, source.description)] : []),
    );
    for (const empty of this.node.querySelectorAll(":empty")) empty.remove();
    this.node.showPopover();
    const at = mark.getBoundingClientRect();
    const { width, height } = this.node.getBoundingClientRect();
    const above = at.top - height - GAP;
    const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, GAP), innerWidth - width - GAP);
    this.node.style.left = `${left}px`;
    this.node.style.top = `${above > GAP ? above : at.bottom + GAP}px`;
  }

  #hide() {
    if (this.node.matches(":popover-open")) this.node.hidePopover();
  }
}
