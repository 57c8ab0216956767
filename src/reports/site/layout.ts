// SPDX-License-Identifier: GPL-3.0-or-later
import { type Content, Html, html, NOTHING, when } from "./html.js";
import { rootOf } from "./paths.js";

/** Parts of the site that the navigation shows. */
export const SECTIONS = [
  { name: "overview", title: "Overview", path: "index.html" },
  { name: "figures", title: "Figures", path: "figures/index.html" },
  { name: "calls", title: "System calls", path: "calls/index.html" },
  { name: "packages", title: "Packages", path: "packages/index.html" },
  { name: "systems", title: "Systems", path: "systems/index.html" },
] as const;

export type SectionName = (typeof SECTIONS)[number]["name"];

/** What all pages of a site have in common. */
export interface SiteShell {
  readonly version: string;
  /** YYYY-MM-DD; undefined where it is not to depend on the day. */
  readonly date: string | undefined;
  /** Those that have pages. */
  readonly sections: readonly SectionName[];
}

/** A page; the path is relative to the root of the site. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly section: SectionName;
  /** A sentence under the heading. */
  readonly lead?: Content;
  /** Where this page belongs, from the outermost: titles and paths. */
  readonly trail?: readonly (readonly [title: string, path: string])[];
  /** What stands in place of the title as the heading. */
  readonly heading?: Html;
  readonly main: Content;
}

/** Nothing but files of this site: no network, no code or style within pages, so that no text of a database can become either. */
const POLICY =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'";

const LOGO = new Html(
  '<svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><circle cx="10" cy="10" r="7"/><path d="m15.2 15.2 6 6"/><path d="M7 10h6M10 7v6" class="inner"/></svg>',
);

const THEME_ICON = new Html(
  '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" class="half"/></svg>',
);

function renderNavigation({ sections }: SiteShell, current: SectionName, root: string): Html {
  const links = SECTIONS.filter(({ name }) => sections.includes(name)).map(({ name, title, path }) =>
    name === current
      ? html`<li><a href="${root}${path}" aria-current="true">${title}</a></li>`
      : html`<li><a href="${root}${path}">${title}</a></li>`,
  );
  return html`<nav aria-label="Parts of this report"><ul>${links}</ul></nav>`;
}

function renderTop(shell: SiteShell, section: SectionName, root: string): Html {
  return html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${root}assets/site-icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}assets/site.css">
<script src="${root}assets/site.js" data-root="${root}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="bar">
<a class="brand" href="${root}index.html">${LOGO}<span>Loupe</span></a>
${renderNavigation(shell, section, root)}
<div class="search" role="search" hidden><input type="search" role="combobox" id="search" aria-label="Search system calls, packages, systems" aria-controls="found" aria-expanded="false" aria-autocomplete="list" autocomplete="off" spellcheck="false" placeholder="Search"><ul id="found" role="listbox" aria-label="Found" hidden></ul><p class="unseen" role="status"></p></div>
<button class="theme" type="button" hidden>${THEME_ICON}<span class="unseen">Theme: as the system</span></button>
</div></header>
`;
}

function renderFooter({ version, date }: SiteShell): Html {
  return html`<footer class="bottom"><p>Made by <b>loupe report</b> ${version}${when(date, (day) => html` on ${day}`)}. Nothing here was fetched: these pages work without a network.</p></footer>
`;
}

const tops = new WeakMap<SiteShell, Map<string, Html>>();

/** The same for all pages of a directory and section: tens of thousands of them. */
function keepTop(shell: SiteShell, section: SectionName, root: string): Html {
  const kept = tops.get(shell) ?? new Map<string, Html>();
  tops.set(shell, kept);
  const key = `${section} ${root}`;
  const top = kept.get(key) ?? renderTop(shell, section, root);
  kept.set(key, top);
  return top;
}

function renderTrail(trail: Page["trail"], root: string): Html {
  if (trail === undefined) {
    return NOTHING;
  }
  const links = trail.map(([title, path]) => html`<li><a href="${root}${path}">${title}</a></li>`);
  return html`<nav class="trail" aria-label="Where this page belongs"><ol>${links}</ol></nav>`;
}

/** The whole page. */
export function renderPage(shell: SiteShell, page: Page): string {
  const root = rootOf(page.path);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<title>${page.title} · Loupe</title>
${keepTop(shell, page.section, root)}<main id="main" tabindex="-1">
${renderTrail(page.trail, root)}<h1>${page.heading ?? page.title}</h1>
${when(page.lead, (lead) => html`<p class="lead">${lead}</p>`)}
${page.main}
</main>
${renderFooter(shell)}</body>
</html>
`.text;
}
