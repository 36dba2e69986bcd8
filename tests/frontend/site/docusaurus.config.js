/** A small site of two languages and two versions, as an owner would make it. `askdocs frontend`
 * brings the chat. */

const server = process.env.ASKDOCS_SERVER ?? 'http://ask.test';
const face = process.env.ASKDOCS_FACE ?? 'ours';
const given = {
  domainKey: face === 'openai' ? 'domain_pk_test' : '',
  token: process.env.ASKDOCS_TOKEN,
  shortcut: process.env.ASKDOCS_SHORTCUT,
};
const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
const faster = process.env.ASKDOCS_BUNDLER !== 'webpack';

const docs = {routeBasePath: '/', lastVersion: 'current', versions: {current: {label: '2.0'}}};

export default {
  title: 'Gadget',
  url: 'http://docs.test',
  baseUrl: '/',
  favicon: 'img/icon.svg',
  onBrokenLinks: 'throw',
  future: {v4: true, faster},
  i18n: {defaultLocale: 'en', locales: ['en', 'ur'], localeConfigs: {ur: {direction: 'rtl'}}},
  presets: [['classic', {docs, blog: false}]],
  plugins: face === 'none' ? [] : [['./docs-chat', {server, face, ...options}]],
  themeConfig: {
    colorMode: {respectPrefersColorScheme: true},
    navbar: {title: 'Gadget', items: [{type: 'localeDropdown', position: 'right'}]},
  },
};
