/** An assistant's message: text as it arrives, its citations, its sources, what to do with it. */

import { copied, dressed } from "./code.js";
import { h, iconButton } from "./dom.js";
import { MarkdownWriter } from "./markdown.js";
import { Numbering, citation, marked, placed, sourceList } from "./sources.js";

const BLOCKS = "p, li, pre, td, th, h1, h2, h3, h4, h5, h6, div";

/** One part of a message. What was written stays; only what is new is written. */
class Part {
  node = h("div", { className: "markdown", dir: "auto" });
  #written = "";
  #writer = null;
  #annotations = [];
  #next = 0;

  constructor(env, numbering) {
    this.env = env;
    this.numbering = numbering;
  }

  update(part, whole) {
    this.#annotations = placed(part);
    const text = marked(part.text, this.#annotations);
    if (!this.#writer || !text.startsWith(this.#written)) this.#restart();
    this.#writer.write(text.slice(this.#written.length));
    this.#written = text;
    if (whole) this.#writer.end();
  }

  #restart() {
    this.node.replaceChildren();
    this.#written = "";
    this.#next = 0;
    this.#writer = new MarkdownWriter(this.node, {
      linked: this.env.linked,
      cite: () => this.#cite(),
      deeplink: this.env.deeplink,
      closed: (pre) => dressed(pre, this.env.t),
    });
  }

  #cite() {
    const { source } = this.#annotations[this.#next++];
    return citation(this.numbering.number(source), source, this.env);
  }
}

export class Answer {
  /**
   * @param {object} env `t`, `linked(url)`, `openEntity(source)`, `preview(node, source)`
   * @param {{feedback?: (id, kind, reason) => Promise<boolean>, retry?: (id) => void}} actions those offered
   */
  constructor(item, env, actions) {
    this.#id = item.id;
    this.#env = env;
    this.#actions = actions;
    this.#body = h("div", { className: "answer-body" });
    this.#below = h("div", { className: "answer-below" });
    this.node = h("article", { className: "answer", "aria-label": env.t("Answer") }, this.#body, this.#below);
  }

  #id;
  #env;
  #actions;
  #body;
  #below;
  #why = null; // asks for the reason of a thumb
  #parts = [];
  #numbering = new Numbering();
  #whole = false;

  /** As it is read aloud: a line for each block. `innerText` would lay out what is out of sight. */
  get text() {
    const nodes = document.createTreeWalker(this.#body, NodeFilter.SHOW_TEXT);
    const lines = [];
    let block = null;
    while (nodes.nextNode()) {
      const around = nodes.currentNode.parentElement.closest(BLOCKS);
      if (around === block) lines[lines.length - 1] += nodes.currentNode.data;
      else lines.push(nodes.currentNode.data);
      block = around;
    }
    return lines.join("\n");
  }

  update(item) {
    const whole = !item.open;
    if (this.#whole) this.#startOver();
    this.#whole = whole;
    item.content.forEach((part, at) => {
      if (!part) return;
      this.#parts[at] ??= this.#add();
      this.#parts[at].update(part, whole);
    });
    if (whole) this.#finish(item);
  }

  #add() {
    const part = new Part(this.#env, this.#numbering);
    this.#body.append(part.node);
    return part;
  }

  /** What was whole was changed after all. */
  #startOver() {
    this.#parts = [];
    this.#numbering = new Numbering();
    this.#body.replaceChildren();
    this.#below.replaceChildren();
  }

  #finish(item) {
    if (this.#numbering.sources.length) {
      this.#below.append(sourceList(this.#numbering.sources, this.#env));
    }
    this.#below.append(this.#bar(item));
  }

  #bar(item) {
    const bar = h("div", { className: "actions", role: "group", "aria-label": this.#env.t("About this answer") });
    if (navigator.clipboard) {
      const text = item.content.map((part) => part.text).join("\n\n");
      bar.append(copyButton(text, this.#env.t));
    }
    if (this.#actions.feedback) bar.append(...this.#thumbs());
    if (this.#actions.retry) {
      bar.append(iconButton("retry", this.#env.t("Answer again"), () => this.#actions.retry(this.#id)));
    }
    return bar;
  }

  /** Which thumb is pressed is known to this page alone: the protocol does not tell it back. */
  #thumbs() {
    const thumb = (name, kind, label) => {
      const button = iconButton(name, label, async () => {
        if (!(await this.#actions.feedback(this.#id, kind))) return;
        for (const other of both) other.ariaPressed = String(other === button);
        this.#askWhy(kind);
      });
      button.ariaPressed = "false";
      return button;
    };
    const both = [
      thumb("up", "positive", this.#env.t("Good answer")),
      thumb("down", "negative", this.#env.t("Bad answer")),
    ];
    return both;
  }

  #askWhy(kind) {
    this.#why?.remove();
    const { t } = this.#env;
    const input = h("input", { maxLength: 2000, dir: "auto", placeholder: t("Why? (optional)"), "aria-label": t("Why? (optional)") });
    const send = h("button", { type: "submit", className: "button" }, t("Send the reason"));
    const tell = async (event) => {
      event.preventDefault();
      const reason = input.value.trim();
      if (!reason || !(await this.#actions.feedback(this.#id, kind, reason))) return;
      thanks.textContent = t("Thank you.");
      thanks.focus();
      input.remove();
      send.remove();
    };
    const thanks = h("span", { role: "status", tabIndex: -1 });
    this.#why = h("form", { className: "why", onsubmit: tell }, input, send, thanks);
    this.#below.append(this.#why);
  }
}

function copyButton(text, t) {
  const label = t("Copy the answer");
  return iconButton("copy", label, ({ currentTarget }) => copied(currentTarget, text, label, t("Copied")));
}
