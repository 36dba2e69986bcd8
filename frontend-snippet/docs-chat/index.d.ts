import type {LoadContext, Plugin} from '@docusaurus/types';

/** A question that an empty chat offers. */
export type Prompt = string | {label: string; prompt: string};

export type DocsChatOptions = {
  /** The address of your askdocs server, like `https://ask.example.com`. */
  server: string;
  /** Which `<openai-chatkit>` draws the chat: the askdocs server's own (the default), or OpenAI's,
   * which is loaded from OpenAI's CDN and reports to OpenAI. */
  face?: 'ours' | 'openai';
  /** For `face: 'openai'`: the key of this site's domain on your OpenAI organisation's allow-list. */
  domainKey?: string;
  /** Questions that an empty chat offers, after those that fit the page. By default the server's. */
  prompts?: Prompt[];
  /** Opens and closes the chat. `mod` is ⌘ on Apple's machines, Ctrl elsewhere. Default `mod+i`. */
  shortcut?: string | false;
  /** Path, from the site's folder, of a module whose default export is a `TokenFunction`. Without it
   * readers are anonymous: the server gives each browser a token. */
  token?: string;
};

/** The signed-in reader's own JWT, which the server verifies with `ASKDOCS_JWT_KEY`. Asked for with
 * every request, and again after a 401; an empty text for a reader who is not signed in. */
export type TokenFunction = () => string | Promise<string>;

export default function docsChat(context: LoadContext, options: DocsChatOptions): Plugin<void>;
export function validateOptions(given: {options: DocsChatOptions}): DocsChatOptions & {id: string};
