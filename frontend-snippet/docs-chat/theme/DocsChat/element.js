/** The script that defines `<openai-chatkit>`: added when the chat is first opened. */

import {useEffect, useState} from 'react';
import {translate} from '@docusaurus/Translate';

const OPENAI = 'https://cdn.platform.openai.com/deployments/chatkit/chatkit.js';
const PATIENCE = 20_000; // milliseconds

/** Returns what to tell the reader when the script does not come; null while all is well. */
export function useElement({face, server}) {
  const src = face === 'openai' ? OPENAI : `${server}/web/chatkit/element.js`;
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (customElements.get('openai-chatkit')) return undefined;
    const timer = setTimeout(() => setMissing(true), PATIENCE);
    customElements.whenDefined('openai-chatkit').then(() => {
      clearTimeout(timer);
      setMissing(false);
    });
    const script = document.createElement('script');
    if (face !== 'openai') script.type = 'module'; // OpenAI's finds itself through currentScript
    script.src = src;
    script.onerror = () => setMissing(true);
    document.head.append(script);
    return () => clearTimeout(timer);
  }, [face, src]);
  if (!missing) return null;
  return translate(
    {
      id: 'docsChat.blocked',
      message: 'The chat could not be loaded from {origin}. A blocker or the network may be in the way.',
    },
    {origin: new URL(src).origin},
  );
}
