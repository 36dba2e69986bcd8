/** Options as OpenAI's element takes them. Those that mean nothing here are accepted, and listed
 * in the README; those that are wrong throw. */

const KNOWN = {
  api: "object",
  locale: "string",
  theme: "string|object",
  frameTitle: "string",
  initialThread: "string|null",
  onClientTool: "function",
  header: "object",
  history: "object",
  startScreen: "object",
  threadItemActions: "object",
  composer: "object",
  disclaimer: "object",
  entities: "object",
  commands: "object",
  widgets: "object",
  thread: "object",
  // chatkit-react passes its listeners on as events; a plain page may give them here
  onDeeplink: "function",
  onEffect: "function",
};

/** Throws a `TypeError` that names the option. The result has every default filled in. */
export function checked(options) {
  if (kind(options) !== "object") throw new TypeError("setOptions: give an object of options.");
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!(name in KNOWN)) throw new TypeError(`setOptions: there is no option “${name}”.`);
    if (!KNOWN[name].split("|").includes(kind(value))) {
      throw new TypeError(`setOptions: “${name}” is ${kind(value)}, not ${KNOWN[name]}.`);
    }
  }
  check(options.api, "api: give {url}.");
  check(typeof options.api.url === "string" && options.api.url, "api.url: give the endpoint's URL. A hosted API (getClientSecret) is not spoken here.");
  check(["undefined", "function"].includes(typeof options.api.fetch), "api.fetch is not a function.");
  const scheme = typeof options.theme === "string" ? options.theme : options.theme?.colorScheme;
  check([undefined, "light", "dark"].includes(scheme), "theme: the colour scheme is light or dark.");
  for (const prompt of options.startScreen?.prompts ?? []) {
    check(prompt?.label && prompt.prompt, "startScreen.prompts: each has a label and a prompt.");
  }
  return filled(options);
}

function check(fine, message) {
  if (!fine) throw new TypeError(`setOptions: ${message}`);
}

function kind(value) {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function filled(options) {
  const theme = typeof options.theme === "string" ? { colorScheme: options.theme } : options.theme;
  const actions = options.threadItemActions ?? {};
  return {
    ...options,
    locale: options.locale ?? navigator.language,
    frameTitle: options.frameTitle ?? "Chat",
    initialThread: options.initialThread ?? null,
    theme: { colorScheme: "light", ...theme },
    header: { enabled: true, ...options.header },
    history: { enabled: true, showRename: true, showDelete: true, ...options.history },
    startScreen: { greeting: "What can I help with today?", prompts: [], ...options.startScreen },
    threadItemActions: { feedback: false, retry: false, ...actions },
    composer: { placeholder: "Ask a question", ...options.composer },
  };
}
