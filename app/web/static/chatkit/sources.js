/** Citations: small numbered links in the text, and the list of what they stand for. */

import { h, icon } from "./dom.js";
import { CITATION } from "./markdown.js";

/** A source's web address, if it has one that may be opened. A page of the site around the chat may
 * say its address in `data.url`. */
export function address(source) {
  const said = source.type === "url" ? source.url : source.data?.url;
  const url = typeof said === "string" ? URL.parse(said, document.baseURI) : null;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : null;
}

/** The annotations of a part in the order of their places in the text. */
export function placed(part) {
  const end = part.text.length;
  const annotations = (part.annotations ?? []).filter(Boolean);
  const at = (annotation) => Math.min(annotation.index ?? end, end);
  return annotations.map((a) => ({ ...a, index: at(a) })).sort((a, b) => a.index - b.index);
}

/** The text with a mark at the place of each annotation. Indexes count UTF-16 units, as
 * JavaScript does. */
export function marked(text, annotations) {
  const clean = text.replaceAll(CITATION, "\uFFFD");
  let from = 0;
  let whole = "";
  for (const { index } of annotations) {
    whole += clean.slice(from, index) + CITATION;
    from = index;
  }
  return whole + clean.slice(from);
}

/** Numbers in the order of first mention; a source that is cited twice keeps its number. */
export class Numbering {
  sources = [];
  #numbers = new Map();

  number(source) {
    const key = `${source.type} ${source.url ?? source.id ?? source.filename}`;
    if (!this.#numbers.has(key)) {
      this.sources.push(source);
      this.#numbers.set(key, this.sources.length);
    }
    return this.#numbers.get(key);
  }
}

/** @param {object} env `t`, `openEntity(source)` for what is the page's business, `preview` */
export function citation(number, source, env) {
  const label = env.t("Source {n}: {title}", { n: number, title: source.title });
  const mark = opener(source, env.openEntity, { "aria-label": label }, number);
  env.preview(mark, source);
  return h("sup", { className: "citation" }, mark);
}

export function sourceList(sources, { t, openEntity: open }) {
  const rows = sources.map((source, at) =>
    h("li", {}, opener(source, open, { className: "source" }, h("span", { className: "source-number", "aria-hidden": "true" }, at + 1), ...described(source))),
  );
  return h(
    "section",
    { className: "sources", "aria-label": t("Sources") },
    h("h3", { className: "sources-title" }, rows.length === 1 ? t("1 source") : t("{n} sources", { n: rows.length })),
    h("ol", { role: "list" }, ...rows),
  );
}

/** A line for what a search found. */
export function sourceLine(source, open) {
  return opener(source, open, { className: "found-source" }, source.title);
}

function opener(source, open, props, ...children) {
  const url = address(source);
  const own = source.type === "entity" && source.interactive && open;
  if (url && own) return ownLink(url, () => open(source), props, children);
  if (url) return h("a", { href: url.href, target: "_blank", rel: "noopener", ...props }, ...children);
  if (own) return h("button", { type: "button", onclick: () => open(source), ...props }, ...children);
  return h("span", props, ...children);
}

/** A page of the site around the chat: the page opens it itself, unless another tab is asked for. */
function ownLink(url, open, props, children) {
  const onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  };
  return h("a", { href: url.href, onclick, ...props }, ...children);
}

/** A source's title in two: its heading, and where that is. */
export function titled(source) {
  const parts = source.title.split(" › ");
  const heading = parts.pop();
  return { heading, trail: parts.join(" › ") || address(source)?.host || source.filename || "" };
}

function described(source) {
  const { heading, trail } = titled(source);
  return [
    h(
      "span",
      { className: "source-text" },
      h("span", { className: "source-heading" }, heading),
      h("span", { className: "source-trail" }, trail),
    ),
    icon(source.type === "entity" ? "chevron" : "external"),
  ];
}
