/** The site's colours and fonts, from Infima's variables. `useColorMode` cannot be used above the
 * theme's own providers: the attribute that it sets is watched instead. */

export function watchLook(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {attributeFilter: ['data-theme']});
  return () => observer.disconnect();
}

/** As JSON: the same text for the same look. */
export function readLook() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--ifm-${name}`).trim() || undefined;
  return JSON.stringify({
    dark: document.documentElement.dataset.theme === 'dark',
    accent: value('color-primary'),
    background: value('background-surface-color'),
    foreground: value('font-color-base'),
    font: value('font-family-base'),
    mono: value('font-family-monospace'),
  });
}
