/** A small site with every feature that decides a URL or an anchor. */

const docs = {
  routeBasePath: '/guide/',
  versions: {current: {label: 'Unreleased'}, '1.0': {path: 'old'}},
};

export default {
  title: 'Features',
  url: 'https://docs.test',
  baseUrl: '/base/',
  onBrokenLinks: 'ignore',
  onBrokenAnchors: 'ignore',
  onDuplicateRoutes: 'throw',
  future: {v4: {removeLegacyPostBuildHeadAttribute: true}, faster: true},
  i18n: {defaultLocale: 'en', locales: ['en', 'fr']},
  presets: [['classic', {docs, blog: {onUntruncatedBlogPosts: 'ignore', onInlineAuthors: 'ignore'}}]],
  plugins: [
    ['@docusaurus/plugin-content-docs', {id: 'community', path: 'community', routeBasePath: 'people'}],
  ],
};
