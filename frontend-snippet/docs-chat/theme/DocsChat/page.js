/** The page that the reader is on, as the server, the model and the chat need it. */

const LONGEST = 20_000; // characters of a page that are given to the model

function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content ?? '';
}

function article() {
  return document.querySelector('main article, article, main');
}

export function pageTitle() {
  return (document.querySelector('main h1, h1')?.textContent ?? document.title).replace(/\u200b/g, '');
}

export function isDocsPage() {
  return Boolean(document.querySelector('.theme-doc-markdown, article'));
}

/** `init` with headers that say where the question is asked. Values are percent-encoded, as headers
 * are Latin-1. `versions` are labels by `docusaurus_tag`. */
export function onThisPage(init, {versions, locale}) {
  const headers = new Headers(init?.headers);
  const said = {
    'X-AskDocs-Page': window.location.pathname,
    'X-AskDocs-Title': pageTitle(),
    'X-AskDocs-Version': versions[meta('docusaurus_tag')],
    'X-AskDocs-Locale': locale,
    'X-AskDocs-Tools': 'read_current_page,navigate',
  };
  for (const [name, value] of Object.entries(said)) {
    if (value) headers.set(name, encodeURIComponent(value).replaceAll('%2F', '/'));
  }
  return {...init, headers};
}

/** What the client tool `read_current_page` answers. */
export function currentPage() {
  const text = article()?.innerText ?? '';
  return {
    title: pageTitle(),
    path: window.location.pathname,
    url: window.location.origin + window.location.pathname,
    text: text.replace(/\u200b/g, '').slice(0, LONGEST),
  };
}
