// SPDX-License-Identifier: GPL-3.0-or-later
// The lists that lead to everything: packages, some hundreds on each page, and features of each kind.
import type { FeatureKind } from "../../analysis/feature.js";
import type { WorkloadKind } from "../../database/tables.js";
import { KIND_NAMES } from "./feature-page.js";
import type { UsedFeature } from "./feature-users.js";
import { type Html, html, NOTHING } from "./html.js";
import type { Page } from "./layout.js";
import { type KnownPages, Links } from "./links.js";
import { formatCount, formatPercent, plural } from "./numbers.js";
import type { PackageSummary } from "./package-summary.js";
import { FEATURE_DIRECTORIES, rootOf } from "./paths.js";
import { cell, numberCell, renderTable, row } from "./table.js";
import { sumVerdicts, verdictBar } from "./verdicts.js";

/** Packages on a page: it opens at once, and a distribution has some seventy of them. */
export const PACKAGES_ON_A_PAGE = 500;

function pagePath(index: number): string {
  return index === 0 ? "packages/index.html" : `packages/page-${index + 1}.html`;
}

function firstLetter(name: string): string {
  const letter = name.charAt(0).toLowerCase();
  return /[a-z0-9]/.test(letter) ? letter : "other";
}

/** Links to the page on which each letter begins. */
function renderLetters(packages: readonly PackageSummary[], current: number, root: string): Html {
  const letters = new Map<string, number>();
  for (const [position, { name }] of packages.entries()) {
    const letter = firstLetter(name);
    if (!letters.has(letter)) {
      letters.set(letter, Math.floor(position / PACKAGES_ON_A_PAGE));
    }
  }
  const links = [...letters].map(([letter, page]) =>
    page === current
      ? html`<li><a href="${root}${pagePath(page)}" aria-current="true">${letter}</a></li>`
      : html`<li><a href="${root}${pagePath(page)}">${letter}</a></li>`,
  );
  return html`<nav class="letters" aria-label="First letters"><ul>${links}</ul></nav>`;
}

function renderSteps(current: number, pages: number, root: string): Html {
  const before =
    current > 0 ? html`<a href="${root}${pagePath(current - 1)}" rel="prev">← before</a>` : html`<span></span>`;
  const after =
    current + 1 < pages ? html`<a href="${root}${pagePath(current + 1)}" rel="next">after →</a>` : html`<span></span>`;
  return html`<nav class="steps" aria-label="Pages of the list">${before}<span>page ${current + 1} of ${pages}</span>${after}</nav>`;
}

function renderPackage({ name, version, outcome, calls, workload }: PackageSummary, links: Links): Html {
  const judged = calls !== undefined && calls.unknown < sumVerdicts(calls);
  return row(links.package(name), [
    cell(version),
    html`<td><span class="o ${outcome}">${outcome}</span>`,
    cell(workload ?? "–"),
    numberCell(calls && sumVerdicts(calls)),
    numberCell(judged ? calls.required : null),
    calls === undefined || sumVerdicts(calls) === 0
      ? html`<td class="none">–`
      : html`<td class="bar">${verdictBar(calls)}`,
  ]);
}

/** The list of all packages, page after page. */
export function* makePackageLists(packages: readonly PackageSummary[], known: KnownPages): Generator<Page> {
  const pages = Math.max(1, Math.ceil(packages.length / PACKAGES_ON_A_PAGE));
  for (let index = 0; index < pages; index++) {
    const path = pagePath(index);
    const root = rootOf(path);
    const links = new Links(known, root);
    const shown = packages.slice(index * PACKAGES_ON_A_PAGE, (index + 1) * PACKAGES_ON_A_PAGE);
    const steps = pages > 1 ? html`${renderSteps(index, pages, root)}` : NOTHING;
    yield {
      path,
      title: pages > 1 ? `Packages, ${shown[0]?.name} to ${shown.at(-1)?.name}` : "Packages",
      ...(pages > 1 && { heading: html`Packages` }),
      section: "packages",
      lead: `${plural(packages.length, "package")} with a measurement. The bars show verdicts: required first, then what can be stubbed, faked, or either.`,
      main: html`${pages > 1 ? renderLetters(packages, index, root) : NOTHING}${steps}
${renderTable({
  caption: pages > 1 ? `Packages ${shown[0]?.name} to ${shown.at(-1)?.name}` : "Packages",
  columns: [
    ...[{ title: "package" }, { title: "version" }, { title: "outcome" }, { title: "workload" }],
    ...[{ title: "used", numeric: true }, { title: "required", numeric: true }, { title: "verdicts" }],
  ],
  rows: shown.map((summary) => renderPackage(summary, links)),
})}
${steps}`,
    };
  }
}

function renderFeature(
  { kind, name, number, users }: UsedFeature,
  [workload, measured]: readonly [WorkloadKind, number],
  links: Links,
): Html {
  const list = users.get(workload);
  const counts = list?.count() ?? { required: 0, stub: 0, fake: 0, any: 0, unknown: 0 };
  const percent = (part: number): number | null => (measured === 0 ? null : (100 * part) / measured);
  const used = sumVerdicts(counts);
  return row(links.feature(kind, name), [
    ...(kind === "syscall" ? [numberCell(number)] : []),
    numberCell(used),
    numberCell(percent(used), formatPercent),
    numberCell(counts.required),
    numberCell(percent(counts.required), formatPercent),
    used === 0 ? html`<td class="none">–` : html`<td class="bar">${verdictBar(counts)}`,
  ]);
}

/** The list of the features of a kind, with how many packages use and require them by one kind of workload. */
export function makeFeatureList(
  kind: FeatureKind,
  features: readonly UsedFeature[],
  measured: readonly [WorkloadKind, number],
  known: KnownPages,
): Page {
  const path = `${FEATURE_DIRECTORIES[kind]}/index.html`;
  const links = new Links(known, rootOf(path));
  const { many } = KIND_NAMES[kind];
  const [workload, packages] = measured;
  const others = (["syscall", "sub-feature", "pseudo-file"] as const).filter((other) => other !== kind);
  const tabs = others
    .filter((other) => known.kinds.has(other))
    .map(
      (other) =>
        html`<li><a href="${links.path(`${FEATURE_DIRECTORIES[other]}/index.html`)}">${KIND_NAMES[other].many}</a></li>`,
    );
  return {
    path,
    title: many,
    section: "calls",
    lead: `${formatCount(features.length)} are used. Shares are of the ${plural(packages, "package")} that were measured by their ${workload}.`,
    main: html`${tabs.length > 0 ? html`<nav class="tabs" aria-label="Other features"><ul>${tabs}</ul></nav>` : NOTHING}
${renderTable({
  caption: many,
  columns: [
    { title: "feature" },
    ...(kind === "syscall" ? [{ title: "number", numeric: true }] : []),
    ...["used by", "used %", "required by", "required %"].map((title) => ({ title, numeric: true })),
    { title: "verdicts" },
  ],
  rows: features.map((feature) => renderFeature(feature, measured, links)),
})}`,
  };
}
