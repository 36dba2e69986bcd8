/** A small button beside selected text, and on the code block under the pointer. From the keyboard
 * the shortcut does the same for a selection, or for the code block that has the focus. */

import React, {useEffect, useState} from 'react';
import {translate} from '@docusaurus/Translate';

import styles from './styles.module.css';

const LONGEST = 4000; // characters that are quoted

/** The selected text, or the code block that has the focus; empty for neither. */
export function pointedAt() {
  const selection = document.getSelection();
  if (selection && inPage(selection.anchorNode) && selection.toString().trim()) {
    return cut(selection.toString());
  }
  const code = document.activeElement?.closest?.('article pre, main pre');
  return code ? cut(code.textContent) : '';
}

export default function AskAboutThis({onAsk}) {
  const [target, setTarget] = useState(null); // {text, top, left}, in pixels of the window

  useEffect(() => {
    const selected = () => setTarget((old) => selectionTarget() ?? (old?.code ? old : null));
    const pointed = (event) => {
      if (event.target.closest?.(`.${styles.ask}`)) return;
      const pre = event.target.closest?.('article pre, main pre');
      setTarget(() => selectionTarget() ?? (pre ? codeTarget(pre) : null));
    };
    const gone = () => setTarget(null);
    const listening = new AbortController();
    const options = {signal: listening.signal, passive: true};
    document.addEventListener('selectionchange', selected, options);
    document.addEventListener('pointerover', pointed, options);
    window.addEventListener('scroll', gone, options);
    return () => listening.abort();
  }, []);

  if (!target) return null;
  return (
    <button
      type="button"
      className={styles.ask}
      style={{top: target.top, left: target.left}}
      onPointerDown={(event) => event.preventDefault()} // or the selection would go
      onClick={() => {
        setTarget(null);
        onAsk(target.text);
      }}>
      {translate({id: 'docsChat.askAboutThis', message: 'Ask about this'})}
    </button>
  );
}

function selectionTarget() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !inPage(selection.anchorNode)) return null;
  const text = selection.toString();
  if (!text.trim()) return null;
  const box = selection.getRangeAt(0).getBoundingClientRect();
  return {text: cut(text), top: Math.max(box.top - 40, 8), left: within(box.left + box.width / 2)};
}

function codeTarget(pre) {
  const box = pre.getBoundingClientRect();
  return {code: true, text: cut(pre.textContent), top: box.bottom - 20, left: within(box.left + 80)};
}

function within(left) {
  return Math.min(Math.max(left, 80), window.innerWidth - 80);
}

function inPage(node) {
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  return Boolean(element?.closest?.('article, main'));
}

function cut(text) {
  return text.replace(/\u200b/g, '').trim().slice(0, LONGEST);
}
