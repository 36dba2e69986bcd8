/** All of it: copy to src/theme/Root.jsx, name your server, `npm install @openai/chatkit-react`. */

import React, {useState} from 'react';
import Root from '@theme-original/Root';
import {ChatKit, useChatKit} from '@openai/chatkit-react';

const SERVER = 'https://ask.example.com';

export default function RootWithChat({children}) {
  const [state, setState] = useState('never opened');
  const toggle = () => {
    import(/* webpackIgnore: true */ `${SERVER}/web/chatkit/element.js`); // once, however often
    setState(state === 'open' ? 'closed' : 'open');
  };
  const place = {position: 'fixed', bottom: '1rem', insetInlineEnd: '1rem', zIndex: 300};
  return (
    <Root>
      {children}
      {state !== 'never opened' && <Chat hidden={state === 'closed'} style={{...place, bottom: '4rem'}} />}
      <button type="button" aria-expanded={state === 'open'} style={place} onClick={toggle}>
        Ask the docs
      </button>
    </Root>
  );
}

function Chat({hidden, style}) {
  const {control} = useChatKit({
    api: {url: `${SERVER}/chatkit`, domainKey: 'self-hosted', fetch: asReader},
    initialThread: localStorage.getItem('askdocs.thread'),
    onThreadChange: ({threadId}) => localStorage.setItem('askdocs.thread', threadId ?? ''),
  });
  const size = {width: '26rem', maxWidth: '92vw', height: '40rem', maxHeight: '80vh'};
  return (
    <div hidden={hidden} style={{...style, ...size, border: '1px solid #8888', background: 'Canvas'}}>
      <ChatKit control={control} style={{display: 'block', height: '100%'}} />
    </div>
  );
}

/** `fetch` with an anonymous reader's token, and the page that the question is asked on. */
async function asReader(input, init) {
  let held = JSON.parse(localStorage.getItem('askdocs.session') ?? 'null');
  if (!held || Date.parse(held.expires_at) - Date.now() < 24 * 3600 * 1000) {
    const old = held && {headers: {Authorization: `Bearer ${held.token}`}}; // the same reader
    held = await (await fetch(`${SERVER}/session`, {method: 'POST', ...old})).json();
    localStorage.setItem('askdocs.session', JSON.stringify(held));
  }
  const headers = new Headers(init?.headers);
  headers.set('Authorization', `Bearer ${held.token}`);
  headers.set('X-AskDocs-Page', window.location.pathname);
  return fetch(input, {...init, headers});
}
