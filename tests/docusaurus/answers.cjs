/** What Docusaurus makes of the sources and sites on standard input, one JSON value a line. */

process.env.NODE_ENV = 'production';
const [installed] = process.argv.slice(2); // the folder that holds node_modules
const from = name => require(`${installed}/node_modules/@docusaurus/${name}`);
const {createProcessors} = from('mdx-loader/lib/processor.js');
const preprocessed = from('mdx-loader/lib/preprocessor.js').default;
const {parseMarkdownFile, DEFAULT_PARSE_FRONT_MATTER: parseFrontMatter} = from('utils');
const {applyTrailingSlash} = from('utils-common');
const {DEFAULT_CONFIG} = from('core/lib/server/configValidation.js');
const {loadSite} = from('core/lib/server/site.js');

const hooks = {onBrokenMarkdownLinks: 'ignore', onBrokenMarkdownImages: 'ignore'};
const markdownConfig = {...DEFAULT_CONFIG.markdown, hooks};
const quietly = () => {};
const headings = [];

/** The ids of all headings, once every plugin of Docusaurus's own has run. */
function seen() {
  const walk = node => {
    if (node.type === 'heading') {
      headings.push([node.depth, node.data?.id ?? '']);
    }
    (node.children ?? []).forEach(walk);
  };
  return walk;
}

async function page(processors, {source, extension}) {
  const filePath = `/page${extension}`;
  const read = {filePath, fileContent: source, parseFrontMatter, removeContentTitle: false};
  const {frontMatter, contentTitle, excerpt} = await parseMarkdownFile(read);
  const content = preprocessed({filePath, fileContent: source, markdownConfig, admonitions: true});
  headings.length = 0;
  await processors.mdxProcessor.process({content, filePath, frontMatter, compilerName: 'client'});
  return {
    headings: [...headings],
    title: contentTitle ?? null,
    description: frontMatter.description ?? excerpt ?? null,
  };
}

async function site({folder, locales}) {
  const pages = [];
  for (const locale of locales) {
    const {props} = await loadSite({siteDir: folder, locale});
    const {url, trailingSlash, baseUrl} = props.siteConfig;
    const add = ({permalink, title, source}) =>
      pages.push({
        url: url + applyTrailingSlash(permalink, {trailingSlash, baseUrl}),
        title: title ?? '',
        source: source.replace('@site/', ''),
        locale,
      });
    for (const {name, content} of props.plugins) {
      const found = {
        'docusaurus-plugin-content-docs': () => content.loadedVersions.flatMap(v => v.docs),
        'docusaurus-plugin-content-blog': () => content.blogPosts.map(post => post.metadata),
        'docusaurus-plugin-content-pages': () => (content ?? []).filter(p => p.type === 'mdx'),
      }[name];
      (found?.() ?? []).filter(p => !p.draft && !p.unlisted).forEach(add);
    }
  }
  return {pages};
}

(async () => {
  const options = {markdownConfig, admonitions: true, siteDir: '/', staticDirs: [], remarkPlugins: [() => seen()]};
  const processors = await createProcessors({options});
  const print = process.stdout.write.bind(process.stdout);
  console.log = console.warn = console.error = quietly;
  for await (const line of require('readline').createInterface({input: process.stdin})) {
    const asked = JSON.parse(line);
    const answer = asked.folder ? site(asked) : page(processors, asked);
    const given = await answer.catch(error => ({error: String(error.message)}));
    print(JSON.stringify(given) + '\n');
  }
})();
