declare module '@generated/docs-chat/default/pages.json' {
  const pages: Array<{title: string; path: string}>;
  export default pages;
}
