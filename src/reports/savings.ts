// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { UsageError } from "../errors.js";
import { compareEfforts } from "../planning/compare-efforts.js";
import type { Figure } from "./figure.js";
import { FROM_NOTHING, readChosenNeeds, toPlanRequest } from "./plans.js";
import type { FigureSelection } from "./selection.js";

/**
 * How many calls an operating system implements until so many packages run: in the order in which it really gained them (where that is
 * given), when every call that a package uses is implemented, and as planned. The paper's Figure 2. Throws UsageError where no package of the
 * order has been measured.
 */
export async function makeSavings(store: Store, selection: FigureSelection): Promise<Figure> {
  const { systems = [FROM_NOTHING], organic, workload } = selection;
  const needs = await readChosenNeeds(store, selection);
  const comparisons = systems.map((system) => ({
    name: system.name,
    ...compareEfforts(toPlanRequest(system, needs), organic),
  }));
  if (comparisons[0]?.packages === 0) {
    throw new UsageError(`${store.location}: there is no measurement of any package of the order (--organic)`);
  }
  const [{ packages, leftOut } = { packages: 0, leftOut: [] }] = comparisons;
  const unmeasured = leftOut.length === 0 ? "" : `; not measured and left out: ${leftOut.join(", ")}`;
  return {
    name: "savings",
    title: `System calls to implement until so many of ${packages} packages run, by their ${workload}${unmeasured}`,
    columns: [
      { key: "os", title: "from", kind: "text" },
      { key: "packages", title: "packages", kind: "count" },
      { key: "organic", title: "as it happened", kind: "count" },
      { key: "naive", title: "all used calls", kind: "count" },
      { key: "plan", title: "our plan", kind: "count" },
    ],
    rows: comparisons.flatMap(({ name, rows }) =>
      rows.map((row) => [name, row.packages, row.organic, row.naive, row.plan]),
    ),
  };
}
