/** The chat on any page: one script, and `askdocs.open()`. Nothing is loaded before that.
 * `data-button="Ask the docs"` on the script's element adds a button. */

const READ = "read_current_page";
const LONGEST = 20_000; // characters of a page that the server is told
const base = new URL("/", import.meta.url);
const script = document.querySelector(`script[src="${import.meta.url}"]`);
const { button: label, locale = document.documentElement.lang || "en" } = script?.dataset ?? {};
let panel = null;
let before = null;

async function open(question) {
  before = document.activeElement;
  panel ??= await made();
  if (!panel.open) panel.show();
  const chat = panel.querySelector("openai-chatkit");
  if (question) await chat.setComposerValue({ text: question });
  await chat.focusComposer();
}

function close() {
  panel?.close();
  before?.focus();
}

async function made() {
  const [{ Session }, { translator }, config] = await Promise.all([
    import(new URL("web/session.js", base)),
    import(new URL("web/chatkit/texts.js", base)),
    fetch(new URL("web/config", base)).then((response) => response.json()),
    import(new URL("web/chatkit/element.js", base)),
  ]);
  const session = new Session(base);
  const chat = document.createElement("openai-chatkit");
  const dialog = document.createElement("dialog");
  dialog.ariaLabel = config.title;
  dialog.style.cssText = `position: fixed; inset: auto 16px 16px auto; z-index: 2147483000; padding: 0;
    width: min(430px, 100vw - 32px); height: min(700px, 100dvh - 32px); overflow: hidden;
    border: 1px solid #8884; border-radius: 16px; box-shadow: 0 12px 48px #0004`;
  chat.style.cssText = "display: block; height: 100%";
  chat.linkHosts = [...config.link_hosts, location.host];
  chat.deleteAll = () => session.deleteAll();
  dialog.append(chat);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  document.body.append(dialog);
  chat.setOptions(options(session, config, translator(locale)));
  chat.addEventListener("chatkit.thread.change", ({ detail: { threadId } }) => {
    localStorage.setItem("askdocs.thread", threadId ?? "");
  });
  return dialog;
}

function options(session, config, t) {
  const tools = config.tools.filter((id) => id === READ).map((id) => ({ id, label: t("This page"), icon: "document" }));
  return {
    api: { url: new URL("chatkit", base).href, fetch: (input, init) => session.fetch(input, placed(init)), domainKey: "self-hosted" },
    locale,
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    initialThread: localStorage.getItem("askdocs.thread") || null,
    header: { rightAction: { icon: "close", onClick: close } },
    startScreen: { greeting: t("Ask {title}", config), prompts: config.prompts.map((prompt) => ({ label: prompt, prompt })) },
    composer: { placeholder: t("Ask a question"), models: config.models, tools },
    disclaimer: { text: t("Answers are made from the documentation and can be wrong. Check the sources.") },
    threadItemActions: { feedback: true, retry: true },
    onClientTool: ({ name }) => (name === READ ? currentPage() : { error: `This page has no tool “${name}”.` }),
    thread: { autoScroll: true },
  };
}

function placed(init) {
  const headers = new Headers(init?.headers);
  headers.set("X-AskDocs-Page", encodeURI(location.pathname));
  headers.set("X-AskDocs-Title", encodeURIComponent(document.title));
  headers.set("X-AskDocs-Tools", READ);
  return { ...init, headers };
}

function currentPage() {
  const shown = document.querySelector("main") ?? document.body;
  const { origin, pathname } = location;
  return { title: document.title, url: origin + pathname, text: shown.innerText.slice(0, LONGEST) };
}

function addButton() {
  const button = document.createElement("button");
  button.textContent = label;
  button.style.cssText = "position: fixed; inset: auto 16px 16px auto; padding: 10px 18px; border-radius: 24px";
  button.addEventListener("click", () => open());
  document.body.append(button);
}

window.askdocs = { open, close };
if (label) addButton();
