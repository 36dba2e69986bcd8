/**
 * Markdown → DOM while it arrives. No HTML is parsed anywhere: what a text can cause is what is
 * in this file. Links go to allowed hosts only, images are their alternative text, and brackets
 * without a target stay brackets.
 */

import * as smd from "../vendor/streaming-markdown/smd.min.js";
import { h } from "./dom.js";

/** Stands for a citation in the text that is written. A noncharacter: no text may hold one. */
export const CITATION = "\uFDD0";

const HEADINGS = new Map([
  [smd.HEADING_1, "h3"],
  [smd.HEADING_2, "h4"],
  [smd.HEADING_3, "h5"],
  [smd.HEADING_4, "h6"],
  [smd.HEADING_5, "h6"],
  [smd.HEADING_6, "h6"],
]);
const LANGUAGE = /^[\w+#.-]{1,30}$/;
const DEEPLINK = "chatkit-link://";
const DOLLARS = new Map([
  [smd.EQUATION_INLINE, "$"],
  [smd.EQUATION_BLOCK, "$$"],
]);

export class MarkdownWriter {
  /**
   * @param {HTMLElement} root
   * @param {{linked: (url: URL) => boolean, cite: () => Node, closed?: (pre: Element) => void,
   *   deeplink?: (link: object) => void}} on
   *   `cite` makes the next citation; `closed` gets every code block that is whole;
   *   `deeplink({name, data})` hears that one was clicked.
   */
  constructor(root, on) {
    this.#on = on;
    this.#top = { type: smd.DOCUMENT, node: root };
    this.#parser = smd.parser({
      data: null,
      add_token: (_, type) => this.#open(type),
      end_token: () => this.#close(),
      add_text: (_, text) => this.#text(text),
      set_attr: (_, name, value) => this.#attribute(name, value),
    });
  }

  #on;
  #parser;
  #top;
  #held = 0; // citations inside a link wait for its end

  write(text) {
    smd.parser_write(this.#parser, text);
  }

  end() {
    smd.parser_end(this.#parser);
    while (this.#top.above) this.#close({ cut: true });
  }

  #open(type) {
    if (type === smd.DOCUMENT) return;
    const above = this.#top;
    const parent = above.node;
    this.#top = { type, above, href: "", node: parent };
    switch (type) {
      case smd.LINK:
        this.#top.bracket = parent.appendChild(document.createTextNode("["));
        this.#push(parent, "span");
        break;
      case smd.RAW_URL:
      case smd.IMAGE:
        this.#push(parent, "span");
        break;
      case smd.EQUATION_INLINE:
      case smd.EQUATION_BLOCK:
        parent.append(DOLLARS.get(type));
        break;
      case smd.CHECKBOX:
        this.#push(parent, "span");
        this.#top.node.append("☐");
        break;
      case smd.CODE_BLOCK:
      case smd.CODE_FENCE:
        this.#push(parent.appendChild(h("pre", { tabIndex: 0 })), "code");
        break;
      case smd.TABLE:
        this.#push(parent.appendChild(h("div", { className: "table", tabIndex: 0 })), "table");
        break;
      case smd.TABLE_ROW:
        this.#push(section(parent), "tr");
        break;
      case smd.TABLE_CELL:
        this.#push(parent, parent.parentElement.tagName === "THEAD" ? "th" : "td");
        break;
      default:
        this.#push(parent, HEADINGS.get(type) ?? TAGS.get(type) ?? "span");
    }
  }

  #push(parent, tag) {
    this.#top.node = parent.appendChild(document.createElement(tag));
  }

  /** @param {boolean} [cut] the text ended in the middle of it */
  #close({ cut = false } = {}) {
    const { type, above, node, bracket, href } = this.#top;
    if (!above) return;
    this.#top = above;
    if (type === smd.LINK && !href && !cut) node.append("]");
    if (type === smd.LINK || type === smd.RAW_URL) this.#link(node, bracket, href);
    else if (type === smd.IMAGE) node.replaceWith(...node.childNodes);
    else if (DOLLARS.has(type)) node.append(cut ? "" : DOLLARS.get(type));
    else if (type === smd.CODE_FENCE || type === smd.CODE_BLOCK) this.#on.closed?.(node.parentElement);
  }

  #link(node, bracket, href) {
    const url = href && this.#target(href);
    if (href) bracket?.remove();
    if (href?.startsWith(DEEPLINK) && this.#on.deeplink) {
      node.replaceWith(this.#deeplink(href, node));
    } else if (url) {
      const link = h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" });
      link.append(...node.childNodes);
      node.replaceWith(link);
    } else {
      node.replaceWith(...node.childNodes);
    }
    if (this.#linking()) return;
    for (; this.#held > 0; this.#held--) this.#top.node.append(this.#on.cite());
  }

  /** `chatkit-link://name?key=value`: the page's business, not the browser's. */
  #deeplink(href, node) {
    const [name, query] = href.slice(DEEPLINK.length).split("?");
    const data = Object.fromEntries(new URLSearchParams(query));
    const onclick = () => this.#on.deeplink({ name, data });
    return h("button", { type: "button", className: "deeplink", onclick }, ...node.childNodes);
  }

  #linking() {
    for (let token = this.#top; token; token = token.above) {
      if (token.type === smd.LINK || token.type === smd.RAW_URL) return true;
    }
    return false;
  }

  #target(href) {
    const url = URL.parse(href);
    const web = url?.protocol === "https:" || url?.protocol === "http:";
    return web && !url.username && !url.password && this.#on.linked(url) ? url : null;
  }

  #text(text) {
    const [first, ...cited] = text.split(CITATION);
    if (first) this.#top.node.append(first);
    for (const rest of cited) {
      if (this.#linking()) this.#held += 1;
      else this.#top.node.append(this.#on.cite());
      if (rest) this.#top.node.append(rest);
    }
  }

  #attribute(name, value) {
    const { type, node } = this.#top;
    if (name === smd.HREF) this.#top.href = value.split(CITATION)[0];
    else if (name === smd.CHECKED && type === smd.CHECKBOX) node.textContent = "☑";
    else if (name === smd.START && /^\d{1,9}$/.test(value)) node.setAttribute("start", value);
    else if (name === smd.LANG && type === smd.CODE_FENCE && LANGUAGE.test(value)) {
      node.parentElement.dataset.language = value;
    }
  }
}

const TAGS = new Map([
  [smd.PARAGRAPH, "p"],
  [smd.BLOCKQUOTE, "blockquote"],
  [smd.LINE_BREAK, "br"],
  [smd.RULE, "hr"],
  [smd.ITALIC_AST, "em"],
  [smd.ITALIC_UND, "em"],
  [smd.STRONG_AST, "strong"],
  [smd.STRONG_UND, "strong"],
  [smd.STRIKE, "s"],
  [smd.CODE_INLINE, "code"],
  [smd.LIST_UNORDERED, "ul"],
  [smd.LIST_ORDERED, "ol"],
  [smd.LIST_ITEM, "li"],
]);

function section(table) {
  if (!table.tHead) return table.createTHead();
  return table.tBodies[0] ?? table.createTBody();
}
