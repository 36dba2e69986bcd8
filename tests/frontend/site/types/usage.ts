/** The options as an owner writes them, in a docusaurus.config.ts. */

import type {DocsChatOptions, TokenFunction} from '../docs-chat';

export const least: DocsChatOptions = {server: 'https://ask.example.com'};

export const all: DocsChatOptions = {
  server: 'https://ask.example.com',
  face: 'openai',
  domainKey: 'domain_pk_1',
  prompts: ['How do I install it?', {label: 'Color', prompt: 'How do I make it blue?'}],
  shortcut: 'mod+shift+k',
  token: './src/chat-token.js',
};

// @ts-expect-error there is no third face
export const wrong: DocsChatOptions = {server: 'https://ask.example.com', face: 'theirs'};

export const token: TokenFunction = async () => 'a.b.c';
