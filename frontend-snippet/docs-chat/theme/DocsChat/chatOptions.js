// @ts-check
/** Everything that the chat is told, in the words of `@openai/chatkit`. */

import {translate} from '@docusaurus/Translate';

import {onSite} from './links';
import {mentioned} from './mentions';
import {currentPage, isDocsPage, pageTitle} from './page';
import {rememberThread} from './thread';

/** @typedef {{title: string, prompts: string[], models: import('@openai/chatkit').ModelOption[], tools: string[]}} Config */

/**
 * @param {object} given
 * @param {{server: string, domainKey?: string, prompts: Array<string | {label: string, prompt: string}>}} given.settings
 * @param {Config | null} given.config what the server says of itself
 * @param {{dark: boolean, accent?: string, background?: string, foreground?: string, font?: string, mono?: string}} given.look
 * @param {string} given.locale
 * @param {string} given.pathname the prompts are those of this page
 * @param {string | null} given.initialThread
 * @param {{origin: string, baseUrl: string}} given.site
 * @param {typeof fetch} given.send
 * @param {(path: string) => void} given.go
 * @param {() => void} given.onClose
 * @returns {import('@openai/chatkit-react').UseChatKitOptions}
 */
export function chatOptions({settings, config, look, locale, pathname, initialThread, site, send, go, onClose}) {
  return {
    api: {url: `${settings.server}/chatkit`, domainKey: settings.domainKey ?? 'self-hosted', fetch: send},
    locale: supported(locale),
    theme: theme(look),
    frameTitle: translate({id: 'docsChat.chat', message: 'Chat with the docs'}),
    initialThread,
    header: {rightAction: {icon: 'close', onClick: onClose}},
    history: {enabled: true, showRename: true, showDelete: true},
    startScreen: {greeting: greeting(config), prompts: prompts(settings, config, pathname)},
    composer: {
      placeholder: translate({id: 'docsChat.placeholder', message: 'Ask a question, @ names a page'}),
      models: config?.models ?? [],
      tools: (config?.tools ?? []).flatMap(readerTool),
    },
    threadItemActions: {feedback: true, retry: true},
    thread: {autoScroll: true},
    disclaimer: {
      text: translate({
        id: 'docsChat.disclaimer',
        message: 'Answers are made from the documentation and can be wrong. Check the sources.',
      }),
    },
    entities: {
      onTagSearch: mentioned,
      onClick: ({data}) => go(String(data?.path)),
    },
    onClientTool: ({name}) => {
      if (name === 'read_current_page') return currentPage();
      return {error: `This page has no tool “${name}”.`};
    },
    onEffect: ({name, data}) => visit(name, data, site, go),
    onDeeplink: ({name, data}) => visit(name, data, site, go),
    onThreadChange: ({threadId}) => rememberThread(threadId),
  };
}

/** A tool of this page that the reader may ask for; none for one that this plugin does not know.
 * @param {string} id @returns {import('@openai/chatkit').ToolOption[]} */
function readerTool(id) {
  if (id !== 'read_current_page') return [];
  return [
    {
      id,
      label: translate({id: 'docsChat.thisPage', message: 'This page'}),
      placeholderOverride: translate({id: 'docsChat.askThisPage', message: 'Ask about this page'}),
      icon: 'document',
    },
  ];
}

/** The server may send the reader to a path of this site; nowhere else.
 * @param {string} name @param {Record<string, unknown> | undefined} data
 * @param {{origin: string, baseUrl: string}} site @param {(path: string) => void} go */
function visit(name, data, site, go) {
  const {path, url} = data ?? {};
  if (name !== 'navigate' || typeof path !== 'string' || !/^\/(?![/\\])/.test(path)) return;
  if (typeof url !== 'string' || onSite(url, site)) go(path);
}

/** @param {{title: string} | null} config */
function greeting(config) {
  return config?.title
    ? translate({id: 'docsChat.greeting', message: 'Ask {title}'}, {title: config.title})
    : translate({id: 'docsChat.ask', message: 'Ask the docs'});
}

/** @param {{prompts: Array<string | {label: string, prompt: string}>}} settings
 * @param {{prompts: string[]} | null} config @param {string} pathname */
function prompts(settings, config, pathname) {
  const given = settings.prompts.length ? settings.prompts : (config?.prompts ?? []);
  const all = given.map((prompt) => (typeof prompt === 'string' ? {label: prompt, prompt} : prompt));
  if (!pathname || !isDocsPage()) return all;
  const title = pageTitle();
  const summary = {
    label: translate({id: 'docsChat.summarise', message: 'Summarise this page'}),
    prompt: translate({id: 'docsChat.summarisePrompt', message: 'Summarise the page “{title}”.'}, {title}),
  };
  const example = {
    label: translate({id: 'docsChat.example', message: 'Show an example for this page'}),
    prompt: translate({id: 'docsChat.examplePrompt', message: 'Show a short example for “{title}”.'}, {title}),
  };
  return [summary, example, ...all].slice(0, 5);
}

/** @param {{dark: boolean, accent?: string, background?: string, foreground?: string, font?: string, mono?: string}} look
 * @returns {import('@openai/chatkit').ThemeOption} */
function theme({dark, accent, background, foreground, font, mono}) {
  return {
    colorScheme: dark ? 'dark' : 'light',
    radius: 'round',
    typography: {baseSize: 15, ...(font && {fontFamily: font}), ...(mono && {fontFamilyMono: mono})},
    color: {
      ...(accent && {accent: {primary: accent, level: 2}}),
      ...(background && foreground && {surface: {background, foreground}}),
    },
  };
}

/** A language as the chat names it; of Docusaurus's names it knows not all.
 * @param {string} locale @returns {import('@openai/chatkit').SupportedLocale} */
function supported(locale) {
  const [language] = locale.split('-');
  /** @type {Record<string, string>} */
  const named = {pt: locale === 'pt-PT' ? 'pt-PT' : 'pt-BR', zh: /Hant|TW|HK/.test(locale) ? 'zh-TW' : 'zh-CN', no: 'nb'};
  return /** @type {import('@openai/chatkit').SupportedLocale} */ (named[language] ?? language);
}
