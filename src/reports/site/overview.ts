// SPDX-License-Identifier: GPL-3.0-or-later
import type { WorkloadKind } from "../../database/tables.js";
import { renderChart } from "./charts/chart.js";
import { FigureTable } from "./charts/figure-table.js";
import { chartImportanceCurve, chartMostRequired } from "./charts/importance.js";
import type { FeatureUsers } from "./feature-users.js";
import type { ShownFigure } from "./figure-page.js";
import { describeFigure } from "./figure-texts.js";
import { type Html, html, NOTHING } from "./html.js";
import type { Page } from "./layout.js";
import { formatCount, formatShare, medianOf, plural } from "./numbers.js";
import type { PackageSummary } from "./package-summary.js";
import { figurePath, systemPath } from "./paths.js";
import { countPackages, type PlannedSystem } from "./system-page.js";
import { sumVerdicts, type VerdictCounts, verdictSummary } from "./verdicts.js";

/** All that the first page tells of. */
export interface Overview {
  readonly packages: readonly PackageSummary[];
  readonly measured: ReadonlyMap<WorkloadKind, number>;
  readonly users: FeatureUsers;
  readonly figures: readonly ShownFigure[];
  /** Figures that could not be made, with the reason. */
  readonly missing: readonly (readonly [name: string, reason: string])[];
  readonly systems: readonly PlannedSystem[];
  readonly workload: WorkloadKind;
}

function sumUses({ users, workload }: Overview): VerdictCounts {
  const sum = { required: 0, stub: 0, fake: 0, any: 0, unknown: 0 };
  for (const feature of users.list("syscall")) {
    const counts = feature.users.get(workload)?.count();
    for (const verdict of counts === undefined ? [] : (Object.keys(sum) as (keyof VerdictCounts)[])) {
      sum[verdict] += counts?.[verdict] ?? 0;
    }
  }
  return sum;
}

function renderNumber(value: string, text: string, path: string): Html {
  return html`<li><a href="${path}"><b>${value}</b> <span>${text}</span></a></li>`;
}

function renderNumbers(overview: Overview): Html {
  const { packages, users, workload, measured } = overview;
  const calls = users.list("syscall");
  const required = calls.filter((call) => (call.users.get(workload)?.count().required ?? 0) > 0);
  const known = packages.flatMap((summary) => (summary.calls === undefined ? [] : [summary.calls]));
  const judged = known.filter((counts) => counts.unknown < sumVerdicts(counts));
  const used = medianOf(known.map(sumVerdicts));
  const needed = medianOf(judged.map((counts) => counts.required));
  return html`<ul class="numbers">
${renderNumber(formatCount(packages.length), `${packages.length === 1 ? "package" : "packages"}, ${formatCount(measured.get(workload) ?? 0)} measured by their ${workload}`, "packages/index.html")}
${renderNumber(formatCount(calls.length), "system calls used by any package", "calls/index.html")}
${renderNumber(formatCount(required.length), "system calls required by any package", "calls/index.html")}
${used === undefined ? NOTHING : renderNumber(needed === undefined ? formatCount(used) : `${formatCount(needed)} of ${formatCount(used)}`, needed === undefined ? "calls used by the median package" : "calls are required in the median package", figurePath(workload, "comparison"))}
</ul>`;
}

function renderImportance({ figures, workload }: Overview): Html {
  const importance = figures.find(({ figure, workload: own }) => figure.name === "importance" && own === workload);
  if (importance === undefined) {
    return NOTHING;
  }
  const table = new FigureTable(importance.figure);
  return html`<section><h2>What packages need</h2>
<div class="pair">${renderChart(chartImportanceCurve(table), "half")}${renderChart(chartMostRequired(table, 12), "half")}</div>
<p><a href="${figurePath(workload, "importance")}">All calls, by importance</a></p></section>`;
}

function renderVerdicts(overview: Overview): Html {
  const counts = sumUses(overview);
  const judged = sumVerdicts(counts) - counts.unknown;
  return judged === 0
    ? NOTHING
    : html`<section><h2>Used is not required</h2>
<p>Each system call that a package uses was stubbed and faked while its ${overview.workload} ran. Of ${formatCount(judged)} uses, ${formatShare(judged - counts.required, judged)} can be avoided.</p>
${verdictSummary(counts)}</section>`;
}

function renderSystems({ systems }: Overview): Html {
  if (systems.length === 0) {
    return NOTHING;
  }
  const cards = systems.map(
    ({ name, plan }) =>
      html`<li><a href="${systemPath(name)}"><h3>${name}</h3><p>runs ${formatCount(plan.supportedAlready.length)} of ${plural(countPackages(plan), "package")}; ${plural(plan.steps.length, "step")} to run all</p></a></li>`,
  );
  return html`<section><h2>Operating systems</h2><ul class="cards">${cards}</ul></section>`;
}

/** Cards of figures, those of each kind of workload once. */
export function renderFigureCards(figures: readonly ShownFigure[], root: string): Html {
  const first = new Map<string, ShownFigure>();
  for (const shown of figures) {
    first.set(shown.figure.name, first.get(shown.figure.name) ?? shown);
  }
  const cards = [...first.values()].map(({ figure, rows, workload }) => {
    const { title, text } = describeFigure(figure.name);
    return html`<li><a href="${root}${figurePath(workload, figure.name)}"><h3>${title}</h3><p>${text === "" ? figure.title : text}</p><p class="size">${plural(rows, "row")}</p></a></li>`;
  });
  return html`<ul class="cards">${cards}</ul>`;
}

/** Why some figures are not there. */
export function renderMissing(missing: Overview["missing"]): Html {
  return missing.length === 0
    ? NOTHING
    : html`<section><h2>Not shown</h2><dl class="missing">${missing.map(([name, reason]) => html`<dt>${describeFigure(name).title}</dt><dd>${reason}</dd>`)}</dl></section>`;
}

/** The first page. */
export function makeOverviewPage(overview: Overview): Page {
  return {
    path: "index.html",
    title: "What these packages really need",
    section: "overview",
    lead: "Which system calls packages use, which of them they cannot do without, and what an operating system should have next.",
    main: html`${renderNumbers(overview)}
${renderVerdicts(overview)}
${renderImportance(overview)}
${renderSystems(overview)}
<section><h2>Figures</h2>${renderFigureCards(overview.figures, "")}</section>`,
  };
}

/** The list of all figures. */
export function makeFigureList({ figures, missing }: Overview): Page {
  return {
    path: "figures/index.html",
    title: "Figures",
    section: "figures",
    lead: "Each with its data, and as CSV and JSON.",
    main: html`${renderFigureCards(figures, "../")}${renderMissing(missing)}`,
  };
}
