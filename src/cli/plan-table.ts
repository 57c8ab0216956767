// SPDX-License-Identifier: GPL-3.0-or-later
import type { EffortComparison } from "../planning/compare-efforts.js";
import { gapOf, type Plan, type PlanStep } from "../planning/plan.js";
import type { PlanReport } from "./plan.js";
import { renderTable } from "./table.js";
import { cleanText, describeStdout, type Terminal } from "./terminal.js";

const DEFAULT_WIDTH = 110;
const SMALLEST_LIST = 24;
/** Of a comparison that is longer, about so many rows are shown. */
const MOST_ROWS = 15;

function formatEffort(effort: number): string {
  return effort.toFixed(3).replace(/\.?0+$/, "");
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** A list in lines of at most `width` columns. */
function wrapList(items: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const [index, item] of items.entries()) {
    const word = index === items.length - 1 ? item : `${item},`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.join("\n");
}

function renderCalls({ implement, stub, fake, changed }: PlanStep, width: number): string {
  const mark = (names: readonly string[]): readonly string[] =>
    names.map((name) => (changed.includes(name) ? `${name}*` : name));
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["implement", mark(implement)],
    ["stub", mark(stub)],
    ["fake", mark(fake)],
  ];
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => wrapList([`${kind} ${names[0]}`, ...names.slice(1)], width))
    .join("\n");
}

function renderSteps({ supportedAlready, steps }: Plan, terminal: Terminal): string {
  const width = terminal.width ?? DEFAULT_WIDTH;
  const room = Math.max(SMALLEST_LIST, Math.floor((width - 34) / 2));
  const list = (names: readonly string[]): string => wrapList(names.map(cleanText), room);
  let supported = supportedAlready.length;
  const rows = steps.map((step, index) => {
    supported += step.packages.length;
    return [
      String(index + 1),
      renderCalls(step, room),
      formatEffort(step.effort),
      formatEffort(step.totalEffort),
      list(step.packages),
      String(supported),
    ];
  });
  const columns = [
    { title: "step", align: "right" as const },
    { title: "do this" },
    { title: "effort", align: "right" as const },
    { title: "in all", align: "right" as const },
    { title: "then these run" },
    { title: "run", align: "right" as const },
  ];
  const start = [
    "0",
    "-",
    "0",
    "0",
    supportedAlready.length === 0 ? "-" : list(supportedAlready),
    String(supportedAlready.length),
  ];
  return renderTable(columns, [start, ...rows], terminal);
}

function describeQuality(plan: Plan): string {
  if (plan.area === 0) {
    return "All of them run already.";
  }
  const gap = gapOf(plan);
  const quality =
    gap === 0
      ? "no order is better"
      : `no order is better than ${formatEffort(plan.bound)}, so that this one is within ${(Math.ceil(gap * 1e4) / 1e2).toFixed(2)} % of the best`;
  const more = (plan.greedyArea / plan.area - 1) * 100;
  const greedy = `Always taking the cheapest package next ${more === 0 ? "is as good" : `takes ${more.toFixed(1)} % more`}.`;
  return `Area (weight x effort until a package runs, summed up): ${formatEffort(plan.area)}; ${quality}. ${greedy}`;
}

function describeChanges({ steps }: Plan): readonly string[] {
  return steps.some(({ changed }) => changed.length > 0)
    ? ["* was stubbed or faked before, by an earlier step or by the system itself."]
    : [];
}

function describeContradictions({ contradictions }: Plan): readonly string[] {
  const names = (list: readonly string[]): string => list.map(cleanText).join(", ");
  return contradictions.map(({ call, stubOnly, fakeOnly, treatment, implementedInStep }) => {
    const way = treatment === "stub" ? "stubbed" : "faked";
    const solution =
      implementedInStep === null
        ? `it stays ${way}`
        : `it may be ${way} first, and is implemented in step ${implementedInStep}`;
    return `Contradictory: ${call} can only be stubbed for ${names(stubOnly)}, only be faked for ${names(fakeOnly)}; ${solution}.`;
  });
}

function describePartial({ partialCalls }: Plan): readonly string[] {
  return partialCalls.map(
    ({ call, packages }) =>
      `Only a part of ${call} is there; whether that is enough is not known for ${packages.map(cleanText).join(", ")}.`,
  );
}

function describeUnknown({ unknown }: Plan): readonly string[] {
  if (unknown.length === 0) {
    return [];
  }
  const list = unknown.map(({ name, reason }) => `${cleanText(name)} (${cleanText(reason)})`).join(", ");
  return [`Unknown, and so in no step: ${list}.`];
}

function pickRows<Row>(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_ROWS) {
    return rows;
  }
  const picked = Array.from({ length: MOST_ROWS }, (_, index) =>
    Math.round((index * (rows.length - 1)) / (MOST_ROWS - 1)),
  );
  return picked.map((index) => rows[index] as Row);
}

function renderComparison({ packages, rows, leftOut }: EffortComparison, terminal: Terminal): readonly string[] {
  const organic = rows.some((row) => row.organic !== null);
  const titles = ["packages run", ...(organic ? ["organic"] : []), "naive", "plan"];
  const cells = pickRows(rows).map((row) =>
    [row.packages, ...(row.organic === null ? [] : [row.organic]), row.naive, row.plan].map(String),
  );
  const missing = leftOut.length === 0 ? [] : [`Not measured, and left out: ${leftOut.map(cleanText).join(", ")}.`];
  return [
    "",
    `Calls implemented until so many of ${plural(packages, "package")} run:`,
    renderTable(
      titles.map((title) => ({ title, align: "right" as const })),
      cells,
      terminal,
    ),
    ...missing,
  ];
}

/** Renders a plan for a person: the steps, how good the plan is proven to be, and all that is not certain. Ends with a newline. */
export function renderPlan({ plan, comparison }: PlanReport, terminal: Terminal = describeStdout()): string {
  const measured = plan.supportedAlready.length + plan.steps.reduce((sum, { packages }) => sum + packages.length, 0);
  const parts = [
    renderSteps(plan, terminal),
    ...describeChanges(plan),
    "",
    `${plural(measured, "package")}: ${plan.supportedAlready.length} run already, ${measured - plan.supportedAlready.length} after ${plural(plan.steps.length, "step")}. ${describeQuality(plan)}`,
    ...describeContradictions(plan),
    ...describePartial(plan),
    ...describeUnknown(plan),
    ...(comparison === null ? [] : renderComparison(comparison, terminal)),
  ];
  return `${parts.join("\n")}\n`;
}
