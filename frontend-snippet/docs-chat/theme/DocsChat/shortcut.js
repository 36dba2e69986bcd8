/** Shortcuts as text: `mod+i`, `ctrl+shift+k`. `mod` is ⌘ on Apple's machines, Ctrl elsewhere. */

function apple() {
  return typeof navigator !== 'undefined' && /Mac|iP(hone|ad|od)/.test(navigator.platform);
}

function wanted(shortcut) {
  const keys = shortcut.split('+');
  const key = keys.pop();
  const mod = apple() ? 'meta' : 'ctrl';
  return {key, held: new Set(keys.map((name) => (name === 'mod' ? mod : name)))};
}

export function isShortcut(event, shortcut) {
  if (!shortcut || event.repeat || event.isComposing) return false;
  const {key, held} = wanted(shortcut);
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    ['ctrl', 'alt', 'shift', 'meta'].every((name) => event[`${name}Key`] === held.has(name))
  );
}

/** How it is written on the keys. The same on the server and on the first paint. */
export function shortcutLabel(shortcut) {
  const names = {mod: 'Ctrl/⌘', ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift', meta: '⌘'};
  return shortcut.split('+').map((key) => names[key] ?? key.toUpperCase()).join('+');
}
