/** A code block that is whole: its language, a button that copies it, and colours. The highlighter
 * comes with the first block, each language with its first use. */

import { h, iconButton } from "./dom.js";

const VENDOR = new URL("../vendor/highlight/", import.meta.url);
const SEEN = 2000; // milliseconds that a copy button says that it has copied
const LONGEST = 50_000; // characters that are coloured
const NAMES = {
  js: "javascript", jsx: "javascript", mjs: "javascript", cjs: "javascript", ts: "typescript",
  tsx: "typescript", py: "python", sh: "bash", zsh: "bash", shell: "bash", console: "bash",
  yml: "yaml", html: "xml", svg: "xml", vue: "xml", mdx: "markdown", md: "markdown", rs: "rust",
  toml: "ini", env: "ini", json5: "json", jsonc: "json", docker: "dockerfile", "c++": "cpp",
  cs: "csharp", rb: "ruby", kt: "kotlin", golang: "go", patch: "diff", make: "makefile",
};
const LANGUAGES = new Set([
  "bash", "c", "cpp", "csharp", "css", "diff", "dockerfile", "go", "graphql", "http", "ini", "java",
  "javascript", "json", "kotlin", "makefile", "markdown", "nginx", "php", "python", "ruby", "rust",
  "sql", "swift", "typescript", "xml", "yaml",
]);

/** Puts a bar above `pre`, and colours into it as soon as they are there. */
export function dressed(pre, t) {
  const text = pre.textContent;
  const label = t("Copy the code");
  const copy = iconButton("copy", label, () => copied(copy, text, label, t("Copied")));
  const bar = h("div", { className: "code-bar" }, h("span", {}, pre.dataset.language ?? ""));
  if (navigator.clipboard) bar.append(copy);
  const block = h("div", { className: "code-block" });
  pre.replaceWith(block);
  block.append(bar, pre);
  const name = NAMES[pre.dataset.language] ?? pre.dataset.language;
  if (LANGUAGES.has(name) && text.length <= LONGEST) colour(pre.firstChild, name);
}

export async function copied(button, text, label, done) {
  await navigator.clipboard.writeText(text);
  button.classList.add("done");
  button.ariaLabel = button.title = done;
  setTimeout(() => {
    button.classList.remove("done");
    button.ariaLabel = button.title = label;
  }, SEEN);
}

let core; // the highlighter, once it was asked for

async function colour(code, name) {
  try {
    core ??= import(new URL("core.min.js", VENDOR)).then((module) => module.default);
    const highlighter = await core;
    if (!highlighter.getLanguage(name)) {
      const grammar = await import(new URL(`languages/${name}.min.js`, VENDOR));
      highlighter.registerLanguage(name, grammar.default);
    }
    const { _emitter: tree } = highlighter.highlight(code.textContent, { language: name });
    code.replaceChildren(...nodes(tree.root.children));
  } catch (error) {
    console.info(`No colours for ${name}: ${error.message}`); // the code itself is there
  }
}

/** The highlighter's tree as DOM: its HTML is never parsed. */
function nodes(children) {
  return children.map((child) => {
    if (typeof child === "string") return child;
    const scope = (child.scope ?? "").split(".")[0];
    return h("span", { className: `hl-${scope}` }, ...nodes(child.children));
  });
}
