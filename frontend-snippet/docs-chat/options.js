/** The plugin's options: what is wrong is said in a sentence, and fails the build. */

const CONFIG = 'docs-chat, in docusaurus.config';
const DEFAULTS = {face: 'ours', prompts: [], shortcut: 'mod+i'};
const KNOWN = ['id', 'server', 'domainKey', 'token', ...Object.keys(DEFAULTS)];
const SHORTCUT = /^((mod|ctrl|alt|shift|meta)\+)+([a-z0-9/.,]|F\d{1,2})$/;

/** @throws {Error} the first mistake, with the remedy */
function checked(given = {}) {
  for (const name of Object.keys(given)) {
    if (!KNOWN.includes(name)) {
      wrong(`there is no option “${name}”; there are ${KNOWN.slice(1).join(', ')}.`);
    }
  }
  const options = {...DEFAULTS, ...given, id: given.id ?? 'default'};
  if (options.id !== 'default') wrong('a site has one chat: leave out the id.');
  checkServer(options.server);
  checkFace(options);
  checkPrompts(options.prompts);
  if (options.shortcut !== false && !SHORTCUT.test(options.shortcut)) {
    wrong(`shortcut is ${shown(options.shortcut)}; give one like 'mod+i' (⌘ or Ctrl), or false.`);
  }
  if (options.token !== undefined && typeof options.token !== 'string') {
    wrong(`token is ${shown(options.token)}; give the path of a module whose default export is a function.`);
  }
  return {...options, server: options.server.replace(/\/+$/, '')};
}

function checkServer(server) {
  if (server === undefined) wrong("server is missing; give the address of your askdocs, like 'https://ask.example.com'.");
  const url = typeof server === 'string' && URL.canParse(server) ? new URL(server) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    wrong(`server is ${shown(server)}; give an address that begins with https:// or http://.`);
  }
}

function checkFace({face, domainKey}) {
  if (face !== 'ours' && face !== 'openai') wrong(`face is ${shown(face)}; it is 'ours' or 'openai'.`);
  if (face === 'openai' && !domainKey) {
    wrong("face 'openai' needs domainKey, from your OpenAI organisation's allow-list of domains (any text will do on localhost).");
  }
  if (face === 'ours' && domainKey !== undefined) wrong("domainKey is for face: 'openai'; leave it out.");
}

function checkPrompts(prompts) {
  const fine = (p) => typeof p === 'string' || (typeof p?.label === 'string' && typeof p.prompt === 'string');
  if (!Array.isArray(prompts) || !prompts.every(fine)) {
    wrong('prompts is a list of questions, each a text or {label, prompt}.');
  }
}

function shown(value) {
  return JSON.stringify(value) ?? String(value);
}

function wrong(sentence) {
  throw new Error(`${CONFIG}: ${sentence}`);
}

module.exports = {checked};
