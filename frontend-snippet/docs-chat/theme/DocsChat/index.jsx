/** What every page carries: a button, a shortcut, and "Ask about this". The chat itself is loaded
 * when it is first opened; until then nothing is asked of any server. */

import React, {Suspense, lazy, useCallback, useEffect, useRef, useState} from 'react';
import ErrorBoundary from '@docusaurus/ErrorBoundary';
import {translate} from '@docusaurus/Translate';
import {usePluginData} from '@docusaurus/useGlobalData';

import AskAboutThis, {pointedAt} from './AskAboutThis';
import {isShortcut, shortcutLabel} from './shortcut';
import styles from './styles.module.css';

const Panel = lazy(() => import('./Panel'));

export default function DocsChat() {
  const settings = usePluginData('docs-chat');
  const [open, setOpen] = useState(false);
  const [opened, setOpened] = useState(false);
  const [quote, setQuote] = useState({text: '', times: 0});
  const before = useRef(null);

  const show = useCallback((text = '') => {
    before.current ??= document.activeElement;
    if (text) setQuote(({times}) => ({text, times: times + 1}));
    setOpened(true);
    setOpen(true);
  }, []);
  const hide = useCallback(() => {
    setOpen(false);
    const back = before.current;
    before.current = null;
    requestAnimationFrame(() => back?.isConnected && back.focus());
  }, []);

  useEffect(() => {
    function onKeyDown(event) {
      if (!isShortcut(event, settings.shortcut)) return;
      event.preventDefault();
      if (open) hide();
      else show(pointedAt());
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [open, show, hide, settings.shortcut]);

  const label = translate({id: 'docsChat.ask', message: 'Ask the docs', description: 'The button that opens the chat'});
  return (
    <>
      {opened && (
        <ErrorBoundary fallback={({error}) => <Note open={open} onClose={hide} text={error.message} />}>
          <Suspense fallback={<Note open={open} onClose={hide} text={loading()} />}>
            <Panel settings={settings} open={open} quote={quote} onClose={hide} />
          </Suspense>
        </ErrorBoundary>
      )}
      <AskAboutThis onAsk={show} />
      <button
        type="button"
        className={styles.launcher}
        aria-haspopup="dialog"
        aria-expanded={open}
        title={settings.shortcut ? `${label} (${shortcutLabel(settings.shortcut)})` : label}
        onClick={() => (open ? hide() : show())}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 5.500h16v11H10l-4.500 3.500v-3.500H4zM8 9.500h8M8 12.700h5" />
        </svg>
        {label}
      </button>
    </>
  );
}

function loading() {
  return translate({id: 'docsChat.loading', message: 'Loading the chat…'});
}

/** In place of the chat: it is coming, or it failed. The page around it is the reader's. */
function Note({open, onClose, text}) {
  return (
    <div className={styles.panel} hidden={!open} role="status">
      <p className={styles.note}>{text}</p>
      <button type="button" className={styles.noteButton} onClick={onClose}>
        {translate({id: 'docsChat.close', message: 'Close'})}
      </button>
    </div>
  );
}
