/** An "Ask" button on every page; the chat is loaded the first time that it is opened. */

import React, {Component, Suspense, lazy, useEffect, useRef, useState} from 'react';
import useDocusaurusContext from '@docusaurus/useDocusaurusContext';

import styles from './AskDocs.module.css';

const Chat = lazy(() => import('./Chat'));

export default function AskDocs() {
  const {siteConfig, i18n} = useDocusaurusContext();
  const settings = siteConfig.customFields?.askdocs;
  const locale = i18n.locales.length > 1 ? i18n.currentLocale : ''; // a site of one has none
  const [open, setOpen] = useState(false);
  const [opened, setOpened] = useState(false);
  const button = useRef(null);

  function toggle() {
    setOpened(true);
    setOpen(!open);
  }

  useEffect(() => {
    if (!open) return undefined;
    function onKeyDown(event) {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [open]);

  if (!settings?.server) return null;
  return (
    <>
      {opened && (
        // Hidden, never unmounted: an answer goes on while the panel is closed.
        <section id="askdocs" className={styles.panel} aria-label="Ask the docs" hidden={!open}>
          <Failure>
            <Suspense fallback={<p className={styles.note}>Loading…</p>}>
              <Chat {...settings} locale={locale} />
            </Suspense>
          </Failure>
        </section>
      )}
      <button
        ref={button}
        type="button"
        className={styles.button}
        aria-expanded={open}
        aria-controls="askdocs"
        onClick={toggle}>
        {open ? 'Close' : 'Ask'}
      </button>
    </>
  );
}

/** What fails in the panel stays in the panel: the page around it is the reader's. */
class Failure extends Component {
  state = {error: null};

  static getDerivedStateFromError(error) {
    return {error};
  }

  render() {
    if (!this.state.error) return this.props.children;
    return <p className={styles.note}>The chat cannot be shown: {this.state.error.message}</p>;
  }
}
