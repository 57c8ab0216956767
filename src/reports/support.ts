// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { UsageError } from "../errors.js";
import { makePlan } from "../planning/make-plan.js";
import type { Plan } from "../planning/plan.js";
import type { Cell, Figure } from "./figure.js";
import { readChosenNeeds, toPlanRequest } from "./plans.js";
import type { FigureSelection } from "./selection.js";

function toRows(name: string, plan: Plan): readonly Cell[][] {
  let supported = plan.supportedAlready.length;
  const start: Cell[] = [name, 0, "", "", "", plan.supportedAlready.join(", "), supported, 0, plan.unknown.length];
  const steps = plan.steps.map(({ implement, stub, fake, packages, totalEffort }, index): Cell[] => {
    supported += packages.length;
    return [
      ...[name, index + 1, implement.join(", "), stub.join(", "), fake.join(", "), packages.join(", ")],
      ...[supported, totalEffort, plan.unknown.length],
    ];
  });
  return [start, ...steps];
}

/**
 * The support plan of each operating system: what to implement, stub and fake in each step, and which packages run then. The paper's Table 1.
 * Step 0 is what runs already. Packages of which nothing is known are in no step, and counted apart. Throws UsageError where no system is
 * given.
 */
export async function makeSupport(store: Store, selection: FigureSelection): Promise<Figure> {
  const { systems = [], workload } = selection;
  if (systems.length === 0) {
    throw new UsageError("support needs --os: the file that lists the system calls of an operating system");
  }
  const needs = await readChosenNeeds(store, selection);
  const plans = systems.map((system) => ({ name: system.name, plan: makePlan(toPlanRequest(system, needs)) }));
  return {
    name: "support",
    title: `How ${systems.map(({ name }) => name).join(", ")} can come to run ${needs.measured.length} packages, by their ${workload}`,
    columns: [
      { key: "os", title: "system", kind: "text" },
      { key: "step", title: "step", kind: "count" },
      { key: "implement", title: "implement", kind: "text" },
      { key: "stub", title: "stub", kind: "text" },
      { key: "fake", title: "fake", kind: "text" },
      { key: "packages", title: "then these run", kind: "text" },
      { key: "supported", title: "run", kind: "count" },
      { key: "effort", title: "effort", kind: "count" },
      { key: "unknown", title: "unknown", kind: "count" },
    ],
    rows: plans.flatMap(({ name, plan }) => toRows(name, plan)),
  };
}
