// @ts-check
/** Pages of this site for `@`: from a list that the build wrote, without asking a server. */

const MOST = 8;
/** @type {Promise<Array<{title: string, path: string}>> | undefined} */
let listed;

/** The pages whose titles hold every word of `query`, those that begin with it first.
 * @param {string} query @returns {Promise<import('@openai/chatkit').Entity[]>} */
export async function mentioned(query) {
  listed ??= import('@generated/docs-chat/default/pages.json').then((module) => module.default);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (await listed)
    .filter(({title}) => words.every((word) => title.toLowerCase().includes(word)))
    .sort((a, b) => rank(a.title, query) - rank(b.title, query) || a.title.length - b.title.length);
  return found.slice(0, MOST).map(({title, path}) => ({
    id: path,
    title,
    interactive: true,
    data: {path},
  }));
}

/** @param {string} title @param {string} query */
function rank(title, query) {
  return title.toLowerCase().startsWith(query.toLowerCase()) ? 0 : 1;
}
