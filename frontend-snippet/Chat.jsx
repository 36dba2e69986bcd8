/** The chat itself. Without a `domainKey` the element is the askdocs server's own. */

import React, {useEffect, useMemo, useState, useSyncExternalStore} from 'react';
import {ChatKit, useChatKit} from '@openai/chatkit-react';

import {Session} from './session';
import styles from './AskDocs.module.css';

const OPENAI = 'https://cdn.platform.openai.com/deployments/chatkit/chatkit.js';
const THREAD = 'askdocs.thread';

export default function Chat({server, domainKey, locale}) {
  const base = server.replace(/\/+$/, '');
  const session = useMemo(() => new Session(base), [base]);
  const [initialThread] = useState(() => localStorage.getItem(THREAD));
  const theme = useSyncExternalStore(watchTheme, readTheme);
  const problem = useElement(domainKey ? OPENAI : `${base}/web/chatkit/element.js`);

  const {control} = useChatKit({
    api: {
      url: `${base}/chatkit`,
      domainKey: domainKey ?? 'self-hosted',
      fetch: (input, init) => session.fetch(input, onPage(init, locale)),
    },
    theme,
    initialThread,
    threadItemActions: {feedback: true, retry: true},
    onThreadChange: ({threadId}) => remember(threadId),
    onError: ({error}) => {
      if (error.status === 404) remember(null); // deleted, or another reader's: start afresh
    },
  });

  if (problem) return <p className={styles.note}>{problem}</p>;
  return (
    <div className={styles.chat}>
      <ChatKit control={control} style={{display: 'block', height: '100%', width: '100%'}} />
    </div>
  );
}

function remember(threadId) {
  if (threadId) localStorage.setItem(THREAD, threadId);
  else localStorage.removeItem(THREAD);
}

/** Tells the server where the question is asked; percent-encoded, as header values are Latin-1. */
function onPage(init, locale) {
  const headers = new Headers(init?.headers);
  headers.set('X-AskDocs-Page', window.location.pathname);
  headers.set('X-AskDocs-Title', encodeURIComponent(document.title));
  if (locale) headers.set('X-AskDocs-Locale', locale);
  return {...init, headers};
}

function readTheme() {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** `useColorMode` cannot be used above the theme's own providers: its attribute is watched. */
function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {attributeFilter: ['data-theme']});
  return () => observer.disconnect();
}

/** Adds the script that defines the element. Returns what to tell the reader if it does not come. */
function useElement(src) {
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    if (customElements.get('openai-chatkit')) return undefined;
    const failed = () => setProblem(`The chat could not be loaded from ${new URL(src).origin}.`);
    const timer = setTimeout(failed, 20_000);
    customElements.whenDefined('openai-chatkit').then(() => {
      clearTimeout(timer);
      setProblem(null);
    });
    const script = document.createElement('script');
    if (src !== OPENAI) script.type = 'module'; // OpenAI's finds itself through currentScript
    script.src = src;
    script.onerror = failed;
    document.head.append(script);
    return () => clearTimeout(timer);
  }, [src]);
  return problem;
}
