/** askdocs' chat for Docusaurus 3. Node's side: options, the list of pages, where the theme is. */

const fs = require('node:fs');
const path = require('node:path');
const {checked} = require('./options');

const NAME = 'docs-chat';
const ROOTS = ['js', 'jsx', 'ts', 'tsx'].flatMap((end) => [`Root.${end}`, `Root/index.${end}`]);
const CURE =
  "Wrap it: import Root from '@theme-original/Root' and render <Root>…</Root> around its children, " +
  "or put <DocsChat /> from '@theme/DocsChat' beside them.";

module.exports = function docsChat(context, options) {
  const {token, ...settings} = options;
  warnOfHidingRoot(context.siteDir);
  return {
    name: NAME,
    getThemePath: () => path.join(__dirname, 'theme'),
    getDefaultCodeTranslationMessages: async () => messages(context.i18n.currentLocale),
    configureWebpack: () => ({
      resolve: {alias: {'@docs-chat/token': tokenModule(token, context.siteDir)}},
    }),
    async allContentLoaded({allContent, actions}) {
      await actions.createData('pages.json', JSON.stringify(pages(allContent)));
      actions.setGlobalData({...settings, versions: versions(allContent)});
    },
  };
};

module.exports.validateOptions = ({options}) => checked(options);

/** A site's own `Root` replaces a theme's without a word. */
function warnOfHidingRoot(siteDir) {
  const own = ROOTS.map((file) => path.join(siteDir, 'src/theme', file)).find(fs.existsSync);
  if (!own) return;
  const text = fs.readFileSync(own, 'utf8');
  if (/@theme-original\/Root|@theme\/DocsChat/.test(text)) return;
  console.warn(`[${NAME}] ${path.relative(siteDir, own)} hides the chat. ${CURE}`);
}

function tokenModule(token, siteDir) {
  if (!token) return path.join(__dirname, 'theme/DocsChat/anonymous.js');
  const file = path.resolve(siteDir, token);
  if (!fs.existsSync(file)) throw new Error(`[${NAME}] token: there is no file ${file}.`);
  return file;
}

/** Titles and addresses of the pages that a reader can name with `@`. */
function pages(allContent) {
  const of = (plugin) => Object.values(allContent[`docusaurus-plugin-content-${plugin}`] ?? {});
  const docs = of('docs').flatMap(({loadedVersions}) => loadedVersions.flatMap((v) => v.docs));
  const posts = of('blog').flatMap(({blogPosts}) => blogPosts.map((post) => post.metadata));
  const others = of('pages').flatMap((content) => content ?? []);
  return [...docs, ...posts, ...others]
    .filter((page) => page.title && !page.unlisted)
    .map(({title, permalink}) => ({title, path: permalink}));
}

/** What a page's `docusaurus_tag` says → the version's label. A set of docs of one version has none. */
function versions(allContent) {
  const sets = Object.entries(allContent['docusaurus-plugin-content-docs'] ?? {});
  return Object.fromEntries(
    sets
      .filter(([, {loadedVersions}]) => loadedVersions.length > 1)
      .flatMap(([id, {loadedVersions}]) =>
        loadedVersions.map((version) => [`docs-${id}-${version.versionName}`, version.label]),
      ),
  );
}

/** The chat's words in the site's language; English where there is no file for it. */
function messages(locale) {
  const file = path.join(__dirname, 'i18n', `${locale.split('-')[0]}.json`);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}
