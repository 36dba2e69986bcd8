/** The open chat. Hidden when it is closed, never unmounted: an answer goes on meanwhile. */

import React, {useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore} from 'react';
import {useHistory, useLocation} from '@docusaurus/router';
import {translate} from '@docusaurus/Translate';
import useDocusaurusContext from '@docusaurus/useDocusaurusContext';
import {ChatKit, useChatKit} from '@openai/chatkit-react';

import {chatOptions} from './chatOptions';
import {useElement} from './element';
import {onSite, withEntities} from './links';
import {onThisPage} from './page';
import {Session} from './session';
import {rememberThread, storedThread} from './thread';
import {readLook, watchLook} from './look';
import styles from './styles.module.css';

export default function Panel({settings, open, quote, onClose}) {
  const {siteConfig, i18n} = useDocusaurusContext();
  const locale = i18n.locales.length > 1 ? i18n.currentLocale : ''; // a site of one has none
  const site = useMemo(
    () => ({origin: new URL(siteConfig.url).origin, baseUrl: siteConfig.baseUrl}),
    [siteConfig],
  );
  const history = useHistory();
  const go = (path) => history.push(path);
  const {pathname} = useLocation();
  const look = JSON.parse(useSyncExternalStore(watchLook, readLook));
  const [initialThread] = useState(storedThread);
  const [ready, setReady] = useState(false);
  const session = useMemo(() => new Session(settings.server), [settings.server]);
  const config = useServerConfig(settings.server);
  const problem = useElement(settings);

  async function send(input, init) {
    const response = await session.fetch(input, onThisPage(init, {versions: settings.versions, locale}));
    if (response.status === 404 && /"threads\.get_by_id"/.test(init.body)) {
      rememberThread(null); // deleted, or another reader's: start afresh
      queueMicrotask(() => chat.setThreadId(null));
    }
    return withEntities(response, site);
  }

  const chat = useChatKit(
    chatOptions({settings, config, look, locale: i18n.currentLocale, pathname, initialThread, site, send, go, onClose}),
  );

  // chatkit-react listens only after the first paint: an element that is quick is ready before
  useLayoutEffect(() => {
    chat.ref.current?.addEventListener('chatkit.ready', () => setReady(true), {once: true});
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the element comes with the config
  }, [config]);

  useEffect(() => {
    if (!open || !ready) return;
    if (quote.text) chat.setComposerValue({reply: quote.text});
    chat.focusComposer();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each opening and each quote
  }, [open, ready, quote]);

  useEffect(() => {
    const element = chat.ref.current;
    if (!element || !config || settings.face === 'openai') return;
    element.linkHosts = [...config.link_hosts, site.origin, window.location.origin].map(host);
    element.deleteAll = () => session.deleteAll();
  });

  function onClick(event) {
    const link = event.nativeEvent.composedPath().find((node) => node instanceof HTMLAnchorElement);
    const path = link && !modified(event) && onSite(link.href, site);
    if (!path) return;
    event.preventDefault();
    go(path);
  }

  function onKeyDown(event) {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose();
  }

  return (
    <div
      className={styles.panel}
      hidden={!open}
      role="dialog"
      aria-label={translate({id: 'docsChat.chat', message: 'Chat with the docs'})}
      onClick={onClick}
      onKeyDown={onKeyDown}>
      {problem || !config || !ready ? (
        <div className={styles.cover} role="status">
          <p className={styles.note}>{problem || translate({id: 'docsChat.loading', message: 'Loading the chat…'})}</p>
          <button type="button" className={styles.noteButton} onClick={onClose}>
            {translate({id: 'docsChat.close', message: 'Close'})}
          </button>
        </div>
      ) : null}
      {/* Two stops that hand the focus back: Tab stays in the chat, whatever draws it. */}
      <span tabIndex={open ? 0 : -1} aria-hidden="true" onFocus={() => chat.focusComposer()} />
      {config && <ChatKit control={chat.control} style={{display: 'block', width: '100%', height: '100%'}} />}
      <span tabIndex={open ? 0 : -1} aria-hidden="true" onFocus={() => chat.focusComposer()} />
    </div>
  );
}

function modified(event) {
  return event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}

function host(address) {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** The server's title, questions and choices. A server that does not answer leaves the defaults. */
function useServerConfig(server) {
  const [config, setConfig] = useState(null);
  useEffect(() => {
    fetch(`${server}/web/config`)
      .then((response) => (response.ok ? response.json() : {}))
      .catch(() => ({}))
      .then((said) => setConfig({title: '', prompts: [], link_hosts: [], models: [], tools: [], ...said}));
  }, [server]);
  return config;
}
