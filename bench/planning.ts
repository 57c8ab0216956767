// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench:planning: how long plans take and how near to the best they are proven to be, on generated databases and, where
// it lies beside the checkout, on a sample of the reference database.
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { importLoupedb } from "../src/database/loupedb/import-loupedb.js";
import { openDatabase } from "../src/database/open-database.js";
import { readDatabaseNeeds } from "../src/planning/database-needs.js";
import { DEFAULT_TREATMENT_EFFORT } from "../src/planning/effort.js";
import { readOsList } from "../src/planning/input/os-list.js";
import { makePlan } from "../src/planning/make-plan.js";
import type { CallState } from "../src/planning/need.js";
import type { PackageNeeds } from "../src/planning/package-needs.js";
import { gapOf } from "../src/planning/plan.js";
import { generatePackages, generateSystems } from "./planning/generate.js";
import { formatPlanningPage, type PlanningCase, type PlanningFigure } from "./planning/page.js";

const PAGE = "docs/benchmarks-planning.md";
const SAMPLE = resolve("../shared/loupedb-sample");
const SYSTEMS = 11;
const SEEDS = { packages: 1, systems: 2 };

const USAGE = `Usage: npm run bench:planning -- [--write] [--stub-cost NUMBER] [PACKAGES]...

Makes plans for ${SYSTEMS} generated operating systems on databases of generated packages (default: 116 and 500 of them).

  --write             write ${PAGE}
  --stub-cost NUMBER  what stubbing or faking a call costs; default: ${DEFAULT_TREATMENT_EFFORT}
`;

interface System {
  readonly name: string;
  readonly states: ReadonlyMap<string, CallState>;
}

/** Processor time, not time by the clock: the machine may have other work. */
function measure(needs: PackageNeeds, { name, states }: System, treatmentEffort: number): PlanningFigure {
  const started = process.cpuUsage();
  const plan = makePlan({
    ...{ states, needs, treatmentEffort, otherwise: "none", partial: "full", costs: new Map(), weigh: () => 1 },
  });
  const { user, system } = process.cpuUsage(started);
  return {
    system: name,
    calls: [...states.values()].filter((state) => state === "full").length,
    supportedAlready: plan.supportedAlready.length,
    steps: plan.steps.length,
    contradictions: plan.contradictions.length,
    gap: gapOf(plan),
    greedy: plan.area === 0 ? 0 : plan.greedyArea / plan.bound - 1,
    seconds: (user + system) / 1e6,
  };
}

function measureGenerated(count: number, treatmentEffort: number): PlanningCase {
  const packages = generatePackages(count, SEEDS.packages);
  const needs = {
    measured: packages.map(({ name, needs: own }) => ({ name, binaries: [], needs: own })),
    unmeasured: [],
  };
  const systems = generateSystems(packages, SYSTEMS, SEEDS.systems).map((calls, index) => ({
    name: `generated ${index + 1}`,
    states: new Map(calls.map((call): [string, CallState] => [call, "full"])),
  }));
  return {
    name: `${count} generated packages`,
    packages: count,
    figures: systems.map((system) => measure(needs, system, treatmentEffort)),
  };
}

/** Undefined where there is no sample. */
async function measureSample(treatmentEffort: number): Promise<PlanningCase | undefined> {
  if (
    !(await access(SAMPLE).then(
      () => true,
      () => false,
    ))
  ) {
    return undefined;
  }
  const directory = await mkdtemp(join(tmpdir(), "loupe-bench-"));
  const store = await openDatabase(join(directory, "sample.db"));
  try {
    await importLoupedb(store, SAMPLE, { irregularity: () => {}, refused: (text) => console.error(text) });
    const needs = await readDatabaseNeeds(store, { architecture: "amd64" });
    const systems: System[] = [{ name: "nothing", states: new Map() }];
    for (const name of ["Kerla", "Unikraft"]) {
      systems.push({ name, states: (await readOsList(join(SAMPLE, `${name}.syscalls`), "x86_64")).states });
    }
    return {
      name: "Sample of the reference database",
      packages: needs.measured.length,
      figures: systems.map((system) => measure(needs, system, treatmentEffort)),
    };
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
}

function printCase({ name, figures }: PlanningCase): void {
  console.log(name);
  console.table(
    figures.map(({ gap, greedy, seconds, ...rest }) => ({
      ...rest,
      "gap %": (gap * 100).toFixed(2),
      "greedy %": (greedy * 100).toFixed(2),
      seconds: seconds.toFixed(2),
    })),
  );
  console.log(`in all: ${figures.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1)} s`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean" }, help: { type: "boolean" }, "stub-cost": { type: "string" } },
});
if (values.help === true) {
  console.log(USAGE);
} else {
  const treatmentEffort = Number(values["stub-cost"] ?? DEFAULT_TREATMENT_EFFORT);
  const counts = positionals.length === 0 ? [116, 500] : positionals.map(Number);
  if (![treatmentEffort, ...counts].every((number) => number >= 0)) {
    throw new TypeError(`no number: ${[...positionals, values["stub-cost"]].join(" ")}`);
  }
  const cases: PlanningCase[] = [];
  for (const found of [
    await measureSample(treatmentEffort),
    ...counts.map((count) => measureGenerated(count, treatmentEffort)),
  ]) {
    if (found !== undefined) {
      printCase(found);
      cases.push(found);
    }
  }
  if (values.write === true) {
    await writeFile(PAGE, formatPlanningPage(cases, treatmentEffort, new Date()));
  }
}
