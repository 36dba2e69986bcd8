// The site about askdocs, and what `make demo` indexes.

/** @type {import('@docusaurus/types').Config} */
module.exports = {
  title: 'askdocs',
  tagline: 'Ask the docs: streamed answers with every claim linked to its heading',
  url: 'https://askdocs.example',
  baseUrl: '/',
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  presets: [
    [
      'classic',
      {
        docs: {routeBasePath: '/', sidebarPath: './sidebars.js'},
        blog: false,
        pages: false,
      },
    ],
  ],
  themeConfig: {
    navbar: {title: 'askdocs'},
  },
};
