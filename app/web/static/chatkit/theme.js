/** The theme option → the element's data attributes and CSS variables. */

const RADII = { pill: 24, round: 16, soft: 10, sharp: 2 };
const SPACES = { compact: 0.8, normal: 1, spacious: 1.25 };

export function applyTheme(host, theme) {
  host.dataset.scheme = theme.colorScheme;
  const { accent, surface } = theme.color ?? {};
  const variables = {
    "--accent": accent?.primary,
    "--background": surface?.background,
    "--foreground": surface?.foreground,
    "--radius": px(RADII[theme.radius]),
    "--density": SPACES[theme.density],
    "--size": px(theme.typography?.baseSize),
    "--font": theme.typography?.fontFamily,
    "--mono": theme.typography?.fontFamilyMono,
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) host.style.removeProperty(name);
    else host.style.setProperty(name, value);
  }
}

function px(number) {
  return number === undefined ? undefined : `${number}px`;
}
