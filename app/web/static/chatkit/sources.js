/** Citations: small numbered links in the text, and the list of what they stand for. */

import { h, icon } from "./dom.js";
import { CITATION } from "./markdown.js";

/** A source's web address, if it has one that may be opened. */
export function address(source) {
  const url = source.type === "url" ? URL.parse(source.url, document.baseURI) : null;
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

/** @param {(entity: object) => void} [open] for sources that are the page's own business */
export function citation(number, source, open) {
  const label = `Source ${number}: ${source.title}`;
  return h("sup", { className: "citation" }, opener(source, open, { title: source.title, "aria-label": label }, number));
}

export function sourceList(sources, open) {
  const rows = sources.map((source, at) =>
    h("li", {}, opener(source, open, { className: "source" }, h("span", { className: "source-number", "aria-hidden": "true" }, at + 1), ...described(source))),
  );
  return h(
    "section",
    { className: "sources", "aria-label": "Sources" },
    h("h3", { className: "sources-title" }, rows.length === 1 ? "1 source" : `${rows.length} sources`),
    h("ol", { role: "list" }, ...rows),
  );
}

/** A line for what a search found. */
export function sourceLine(source, open) {
  return opener(source, open, { className: "found-source" }, source.title);
}

function opener(source, open, props, ...children) {
  const url = address(source);
  if (url) {
    return h("a", { href: url.href, target: "_blank", rel: "noopener", ...props }, ...children);
  }
  if (source.type === "entity" && source.interactive && open) {
    return h("button", { type: "button", onclick: () => open(source), ...props }, ...children);
  }
  return h("span", props, ...children);
}

function described(source) {
  const parts = source.title.split(" › ");
  const heading = parts.pop();
  const trail = parts.join(" › ") || address(source)?.host || source.filename || "";
  return [
    h(
      "span",
      { className: "source-text" },
      h("span", { className: "source-heading" }, heading),
      h("span", { className: "source-trail" }, trail),
    ),
    icon("external"),
  ];
}
