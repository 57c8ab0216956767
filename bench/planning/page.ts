// SPDX-License-Identifier: GPL-3.0-or-later
// docs/benchmarks-planning.md.
import { describeMachine } from "../table.js";

/** A plan for one operating system. */
export interface PlanningFigure {
  readonly system: string;
  /** Calls that it has. */
  readonly calls: number;
  readonly supportedAlready: number;
  readonly steps: number;
  readonly contradictions: number;
  /** By which part of the bound the area is larger. */
  readonly gap: number;
  /** The same for the greedy order. */
  readonly greedy: number;
  /** Processor time. */
  readonly seconds: number;
}

/** Plans for all operating systems on one database. */
export interface PlanningCase {
  readonly name: string;
  readonly packages: number;
  readonly figures: readonly PlanningFigure[];
}

const percent = (part: number): string => (part * 100).toFixed(2);

function formatCase({ name, packages, figures }: PlanningCase): string {
  const head = [
    "system",
    "calls",
    "run already",
    "steps",
    "contradictory calls",
    "gap to the bound (%)",
    "greedy (%)",
    "seconds",
  ];
  const rows = figures.map((figure) => [
    figure.system,
    ...[figure.calls, figure.supportedAlready, figure.steps, figure.contradictions].map(String),
    percent(figure.gap),
    percent(figure.greedy),
    figure.seconds.toFixed(2),
  ]);
  const total = figures.reduce((sum, { seconds }) => sum + seconds, 0);
  const near = figures.filter(({ gap }) => gap <= 0.02).length;
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `## ${name}

${packages} packages. All plans together: ${total.toFixed(1)} s. Within 2 % of the bound: ${near} of ${figures.length}.

${lines.join("\n")}
`;
}

export function formatPlanningPage(cases: readonly PlanningCase[], treatmentEffort: number, date: Date): string {
  return `# How good support plans are, and how long they take

Measured with \`npm run bench:planning -- --write\` on ${date.toISOString().slice(0, 10)}: ${describeMachine()}. A stub or fake costs ${treatmentEffort}, implementing a
call 1, every package weighs 1. *Gap*: by how much the area of the plan is larger than the bound that no plan can fall below
([planning.md](planning.md)). *Greedy*: the same for always taking the cheapest package next, which is what the reference tool does.
Seconds are processor time.

Generated packages resemble measured ones (bench/planning/generate.ts): a common start, themes of which large programs use more, rare calls, and for each call a
typical share of packages that require it; about 50 calls each. Generated systems have from no call at all up to three quarters of all that
are used, the popular ones more likely.

${cases.map(formatCase).join("\n")}`;
}
