/** Elements, made without any HTML being parsed. */

const SVG = "http://www.w3.org/2000/svg";

/** `on*` are listeners, `aria-*` and other hyphened names attributes, the rest properties. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role" || name === "part") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// 24 × 24, stroked
const ICONS = {
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  stop: "M7.5 7.5h9v9h-9z",
  compose: "M12 20h8M16.5 4.2a2 2 0 0 1 2.9 2.9L8 18.5l-4 1 1-4L16.5 4.2z",
  history: "M3.5 12a8.5 8.5 0 1 0 2.6-6.1L3.5 8.3M3.5 4v4.3h4.3M12 7.5V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  rename: "M16.5 4.2a2 2 0 0 1 2.9 2.9L8 18.5l-4 1 1-4L16.5 4.2z",
  delete: "M4 7h16M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10 11v5M14 11v5",
  copy: "M9 9h10.5v10.5H9zM5.5 15H4.500V4.500H15V5.500",
  check: "m5 12.500 4.500 4.500L19 7.500",
  up: "M7 20.500H4v-10h3M7 10.500l4-7.500c1.700 0 2.700 1.200 2.400 2.800L12.800 9.500H19a1.800 1.800 0 0 1 1.800 2.200l-1.500 7.200a2 2 0 0 1-2 1.600H7z",
  down: "M17 3.500h3v10h-3M17 13.500l-4 7.500c-1.700 0-2.700-1.200-2.400-2.800l.6-3.700H5a1.800 1.800 0 0 1-1.800-2.200l1.500-7.200a2 2 0 0 1 2-1.600H17z",
  retry: "M20.500 12a8.500 8.500 0 1 1-2.600-6.100l2.600 2.400M20.500 4v4.300h-4.300",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.300 15.300 20 20",
  chevron: "m9 6 6 6-6 6",
  external: "M13.500 5H19v5.500M19 5l-8 8M16.500 14v4.500h-11v-11H10",
  alert: "M12 8.500v4M12 16v.1M12 3.500 2.500 20h19L12 3.500z",
  "light-mode": "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M18.400 5.600l-1.100 1.100M6.700 17.300l-1.100 1.100",
  "dark-mode": "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  menu: "M4 7h16M4 12h16M4 17h16",
  home: "M4 11.500 12 4.500l8 7M6 10v9.500h12V10",
};

/** A decorative icon; one that is not drawn here is a dot. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? "M12 11.500v1");
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, props = {}) {
  return h(
    "button",
    { type: "button", className: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}
