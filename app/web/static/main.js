/** The chat page: the element, this reader's session, and what the browser remembers. */

import "./chatkit/element.js";
import { spoken, translator } from "./chatkit/texts.js";
import { Session } from "./session.js";

const THREAD = "askdocs.thread";
const SCHEME = "askdocs.scheme";

const chat = document.querySelector("openai-chatkit");
const session = new Session();
const t = translator(navigator.language);
const darkness = matchMedia("(prefers-color-scheme: dark)");

function scheme() {
  return localStorage.getItem(SCHEME) ?? (darkness.matches ? "dark" : "light");
}

function options(config) {
  const dark = scheme() === "dark";
  const toggle = () => {
    localStorage.setItem(SCHEME, dark ? "light" : "dark");
    show(config);
  };
  return {
    api: { url: "/chatkit", fetch: (input, init) => session.fetch(input, init), domainKey: "self-hosted" },
    theme: scheme(),
    frameTitle: "Chat",
    locale: navigator.language,
    initialThread: localStorage.getItem(THREAD),
    header: { rightAction: { icon: dark ? "light-mode" : "dark-mode", onClick: toggle } },
    history: { enabled: true, showRename: true, showDelete: true },
    startScreen: {
      greeting: t("Ask {title}", config),
      prompts: config.prompts.map((prompt) => ({ label: prompt, prompt })),
    },
    composer: { placeholder: t("Ask a question"), models: config.models },
    threadItemActions: { feedback: true, retry: true },
    disclaimer: { text: t("Answers are made from the documentation and can be wrong. Check the sources.") },
    thread: { autoScroll: true },
  };
}

function show(config) {
  document.documentElement.dataset.theme = scheme();
  chat.setOptions(options(config));
}

function remember({ detail: { threadId } }) {
  if (threadId) localStorage.setItem(THREAD, threadId);
  else localStorage.removeItem(THREAD);
}

async function start() {
  const response = await fetch("/web/config");
  const config = response.ok ? await response.json() : { title: "the docs", prompts: [], link_hosts: [], models: [] };
  Object.assign(document.documentElement, spoken(navigator.language));
  document.title = t("Ask {title}", config);
  chat.linkHosts = config.link_hosts;
  chat.deleteAll = () => session.deleteAll();
  darkness.addEventListener("change", () => show(config));
  chat.addEventListener("chatkit.thread.change", remember);
  chat.addEventListener("chatkit.error", ({ detail: { error } }) => {
    if (error.status !== 404) return;
    localStorage.removeItem(THREAD); // deleted elsewhere, or another reader's
  });
  show(config);
  if (!matchMedia("(pointer: coarse)").matches) await chat.focusComposer();
}

start();
