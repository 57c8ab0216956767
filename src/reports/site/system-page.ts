// SPDX-License-Identifier: GPL-3.0-or-later
import type { CallState } from "../../planning/need.js";
import { gapOf, type Plan, type PlanStep } from "../../planning/plan.js";
import type { Cell, Figure } from "../figure.js";
import { renderChart } from "./charts/chart.js";
import { makeCurveChart } from "./charts/curves.js";
import { renderDownloads } from "./figure-page.js";
import { type Html, html, NOTHING } from "./html.js";
import type { Page } from "./layout.js";
import type { Links } from "./links.js";
import { formatCount, formatNumber, plural } from "./numbers.js";
import { systemPath } from "./paths.js";
import { numberCell, renderTable, row } from "./table.js";

/** Steps, and names in a list, that a page shows; the downloads have all. */
const MOST_STEPS = 200;
const MOST_NAMES = 24;

/** An operating system with the plan for it. */
export interface PlannedSystem {
  readonly name: string;
  readonly states: ReadonlyMap<string, CallState>;
  readonly plan: Plan;
}

/** How many packages run in the end, and how many of them at once. */
export function countPackages({ supportedAlready, steps }: Plan): number {
  return steps.reduce((sum, { packages }) => sum + packages.length, supportedAlready.length);
}

function joinNames(names: readonly string[], link: (name: string) => Html): Html {
  const shown = names.slice(0, MOST_NAMES).flatMap((name, index) => [...(index > 0 ? [", "] : []), link(name)]);
  const left = names.length - MOST_NAMES;
  return html`${shown}${left > 0 ? ` and ${formatCount(left)} more` : ""}`;
}

function renderCalls({ implement, stub, fake, changed }: PlanStep, links: Links): Html {
  const link = (name: string): Html =>
    html`${links.feature("syscall", name)}${changed.includes(name) ? html`<abbr title="was stubbed or faked before">*</abbr>` : NOTHING}`;
  const parts = [
    ["required", "implement", implement] as const,
    ["stub", "stub", stub] as const,
    ["fake", "fake", fake] as const,
  ].filter(([, , names]) => names.length > 0);
  return html`<td class="calls">${parts.map(([verdict, verb, names]) => html`<p><span class="v ${verdict}">${verb}</span> ${joinNames(names, link)}</p>`)}`;
}

function renderSteps({ supportedAlready, steps }: Plan, links: Links): Html {
  const link = (name: string): Html => links.package(name);
  let supported = supportedAlready.length;
  const rows = steps.slice(0, MOST_STEPS).map((step, index) => {
    supported += step.packages.length;
    return row(index + 1, [
      renderCalls(step, links),
      numberCell(step.effort, formatNumber),
      numberCell(step.totalEffort, formatNumber),
      html`<td class="names">${joinNames(step.packages, link)}`,
      numberCell(supported),
    ]);
  });
  const start = row(0, [
    html`<td>nothing: these run already`,
    numberCell(0),
    numberCell(0),
    html`<td class="names">${joinNames(supportedAlready, link)}`,
    numberCell(supportedAlready.length),
  ]);
  return renderTable({
    caption: "Steps of the plan",
    columns: [
      ...[
        { title: "step" },
        { title: "do this" },
        { title: "effort", numeric: true },
        { title: "in all", numeric: true },
      ],
      ...[{ title: "then these run" }, { title: "run", numeric: true }],
    ],
    rows: [start, ...rows],
    ...(steps.length > MOST_STEPS && {
      note: `The first ${MOST_STEPS} of ${plural(steps.length, "step")}. The downloads have all of them.`,
    }),
  });
}

function describeQuality(plan: Plan): string {
  if (plan.area === 0) {
    return "All of them run already.";
  }
  const gap = gapOf(plan);
  const quality =
    gap === 0 ? "no order is better" : `it is within ${(gap * 100).toFixed(2)}\u00a0% of the best order there can be`;
  const more = ((plan.greedyArea / plan.area - 1) * 100).toFixed(1);
  const greedy = more === "0.0" ? "is as good" : `takes ${more}\u00a0% more`;
  return `By the area under the curve (packages wait for little work), ${quality}; always taking the cheapest package next ${greedy}.`;
}

function renderUncertain({ contradictions, partialCalls, unknown }: Plan, links: Links): Html {
  const packages = (names: readonly string[]): Html => joinNames(names, (name) => links.package(name));
  const items = [
    ...contradictions.map(
      ({ call, stubOnly, fakeOnly, treatment, implementedInStep }) =>
        html`<li>${links.feature("syscall", call)} can only be stubbed for ${packages(stubOnly)}, only be faked for ${packages(fakeOnly)}: it is ${treatment === "stub" ? "stubbed" : "faked"}${implementedInStep === null ? "" : ` and implemented in step ${implementedInStep}`}.</li>`,
    ),
    ...partialCalls.map(
      ({ call, packages: relying }) =>
        html`<li>Only a part of ${links.feature("syscall", call)} is there; whether that is enough is not known for ${packages(relying)}.</li>`,
    ),
    ...(unknown.length === 0
      ? []
      : [
          html`<li>${plural(unknown.length, "package")} in no step, because nothing is known of what they need: ${packages(unknown.map(({ name }) => name))}.</li>`,
        ]),
  ];
  return items.length === 0 ? NOTHING : html`<section><h2>What is not certain</h2><ul>${items}</ul></section>`;
}

/** The plan as a figure, for the downloads. */
export function toPlanFigure({ name, plan }: PlannedSystem): Figure {
  let supported = plan.supportedAlready.length;
  const rows = plan.steps.map((step, index): Cell[] => {
    supported += step.packages.length;
    const lists = [step.implement, step.stub, step.fake, step.changed, step.packages].map((list) => list.join(" "));
    return [index + 1, ...lists, step.effort, step.totalEffort, supported];
  });
  const text = (key: string) => ({ key, title: key, kind: "text" as const });
  const count = (key: string) => ({ key, title: key, kind: "count" as const });
  return {
    name: "support",
    title: `Support plan of ${name}`,
    columns: [
      ...[count("step"), text("implement"), text("stub"), text("fake"), text("changed"), text("packages")],
      ...[count("effort"), count("totalEffort"), count("supported")],
    ],
    rows: [[0, "", "", "", "", plan.supportedAlready.join(" "), 0, 0, plan.supportedAlready.length], ...rows],
  };
}

function drawProgress({ name, plan }: PlannedSystem): Html {
  let supported = plan.supportedAlready.length;
  const points = plan.steps.map(({ totalEffort, packages }) => {
    supported += packages.length;
    return [totalEffort, supported] as const;
  });
  return renderChart(
    makeCurveChart({
      id: "progress",
      title: "Packages that run, by the work that is done",
      description: `${plan.supportedAlready.length} packages run on ${name} already, ${supported} after ${plan.steps.length} steps with an effort of ${plan.steps.at(-1)?.totalEffort ?? 0}.`,
      ...{ xTitle: "effort: 1 for a call that is implemented", yTitle: "packages" },
      series: [
        {
          ...{ text: "run", className: "l-required", filled: true },
          points: [[0, plan.supportedAlready.length], ...points],
        },
      ],
    }),
  );
}

/** The page of an operating system: its support plan. */
export function makeSystemPage(system: PlannedSystem, links: Links): Page {
  const { name, states, plan } = system;
  const path = systemPath(name);
  const total = countPackages(plan);
  return {
    path,
    title: name,
    section: "systems",
    trail: [["Systems", "systems/index.html"]],
    lead: `Its list names ${plural(states.size, "system call")}. ${formatCount(plan.supportedAlready.length)} of ${plural(total, "package")} run already, all of them after ${plural(plan.steps.length, "step")}. ${describeQuality(plan)}`,
    main: html`${plan.steps.length > 0 ? drawProgress(system) : NOTHING}
<section><h2>Support plan</h2>
${renderDownloads(path, plan.steps.length + 1)}
${renderSteps(plan, links)}</section>
${renderUncertain(plan, links)}`,
  };
}

/** The list of all systems. */
export function makeSystemList(systems: readonly PlannedSystem[], links: Links): Page {
  return {
    path: "systems/index.html",
    title: "Systems",
    section: "systems",
    lead: "Operating systems by the system calls that they have, and what a plan makes of them.",
    main: renderTable({
      caption: "Operating systems",
      columns: [
        { title: "system" },
        ...["calls listed", "run already", "packages", "steps", "effort"].map((title) => ({ title, numeric: true })),
      ],
      rows: systems.map(({ name, states, plan }) =>
        row(html`<a href="${links.path(systemPath(name))}">${name}</a>`, [
          numberCell(states.size),
          numberCell(plan.supportedAlready.length),
          numberCell(countPackages(plan)),
          numberCell(plan.steps.length),
          numberCell(plan.steps.at(-1)?.totalEffort ?? 0, formatNumber),
        ]),
      ),
    }),
  };
}
