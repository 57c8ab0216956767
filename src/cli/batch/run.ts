// SPDX-License-Identifier: GPL-3.0-or-later
import { BatchDirectory } from "../../batch/batch-directory.js";
import type { PackageState } from "../../batch/batch-state.js";
import { KnownElsewhere } from "../../batch/known-elsewhere.js";
import { openApt, openWorkshop } from "../../batch/open-workshop.js";
import { MACHINE_OUTCOMES } from "../../batch/outcome.js";
import { ResultMerger } from "../../batch/result-merger.js";
import { hasEnded, listUnmerged, runBatch } from "../../batch/run-batch.js";
import {
  filterSources,
  type PackageName,
  parsePackageName,
  readPackageList,
  readPopcon,
  resolveNames,
  type SelectionFilter,
  toSourcePackage,
} from "../../batch/selection.js";
import { ApiClient, type ClientPatience } from "../../client/api-client.js";
import type { SourcePackage } from "../../debian/apt/fetch-source.js";
import type { PrivateApt } from "../../debian/apt/private-apt.js";
import { type IndexedSource, readAptIndex, readIndexFile, type SourcesIndex } from "../../debian/apt/sources-index.js";
import { readArchitecture } from "../../debian/architecture.js";
import { InterruptedError, UsageError } from "../../errors.js";
import { VERSION } from "../../version.js";
import { type Interrupt, withInterrupt } from "../interrupt.js";
import { printMessage, printResult } from "../output.js";
import { openBatchDisplay } from "./open-display.js";
import {
  type BatchRetryOptions,
  type BatchRunOptions,
  chooseJobs,
  openChroot,
  type SelectionOptions,
  toAnalysisOptions,
  toMeasureSettings,
  toRetrySettings,
} from "./options.js";
import { renderSummary } from "./summary.js";

/** What a command wants of a batch: which packages, known or not. */
interface Wanted {
  readonly packages: readonly SourcePackage[];
  readonly unknown: readonly PackageName[];
}

/** Decides what to measure, once the directory and the index are there. */
type Choose = (directory: BatchDirectory, readIndex: () => Promise<SourcesIndex>) => Promise<Wanted>;

/** Measuring goes on without a server that takes long. */
const LOOKUP_PATIENCE: ClientPatience = { timeoutMilliseconds: 20_000, attempts: 3, longestPauseSeconds: 60 };

const RUN_STATUS = { done: 0, unknown: 2, environment: 3 } as const;

function hasFilter({ section, testsuite, buildSystem, popcon, most }: SelectionOptions): boolean {
  return (
    [section, testsuite, buildSystem].some((list) => list.length > 0) || popcon !== undefined || most !== undefined
  );
}

async function toFilter(options: SelectionOptions): Promise<SelectionFilter> {
  return {
    sections: options.section,
    testsuites: options.testsuite,
    buildSystems: options.buildSystem,
    ...(options.popcon !== undefined && { popularity: await readPopcon(options.popcon) }),
    ...(options.most !== undefined && { most: options.most }),
  };
}

/** Selects packages by names, lists and filters. Throws UsageError where nothing was asked for. */
export async function selectPackages(
  words: readonly string[],
  options: SelectionOptions,
  readIndex: () => Promise<SourcesIndex>,
): Promise<Wanted> {
  const names = [
    ...words.map((word) => parsePackageName(word)),
    ...(await Promise.all(options.from.map(readPackageList))).flat(),
  ];
  const wantsIndex = options.all || options.sources !== undefined;
  if (names.length === 0 && !wantsIndex) {
    throw new UsageError(
      `no package is named${hasFilter(options) ? ", and filters choose from something" : ""}: name some, or give --from FILE, --sources FILE or --all`,
    );
  }
  const filter = await toFilter(options);
  const index = options.sources === undefined ? await readIndex() : await readIndexFile(options.sources);
  const { found, unknown } = resolveNames(names, index);
  const listed: readonly IndexedSource[] = names.length > 0 ? found : index.listNewest();
  const packages = filterSources(listed, filter).map(toSourcePackage);
  if (packages.length === 0 && unknown.length === 0) {
    throw new UsageError("no package is left by the filters");
  }
  return { packages, unknown };
}

/** Packages that nobody knows are in the journal, too: one line each in the status. */
async function keepUnknown(
  directory: BatchDirectory,
  unknown: readonly PackageName[],
  architecture: string,
): Promise<void> {
  const at = new Date().toISOString();
  for (const { source, version = "" } of unknown) {
    const reason = `apt's sources have no source package ${source}${version === "" ? "" : ` in version ${version}`}`;
    printMessage(`${source}: unknown-package: ${reason}`);
    await directory.add({
      type: "ended",
      source,
      version,
      at,
      architecture,
      tool: VERSION,
      outcome: "unknown-package",
      reason,
      seconds: 0,
      stageSeconds: {},
    });
  }
}

function toExitStatus(states: readonly PackageState[], unmerged: number): number {
  const outcomes = states.flatMap(({ ended }) => ended?.outcome ?? []);
  if (unmerged > 0 || outcomes.some((outcome) => MACHINE_OUTCOMES.includes(outcome))) {
    return RUN_STATUS.environment;
  }
  return outcomes.includes("unknown-package") ? RUN_STATUS.unknown : RUN_STATUS.done;
}

async function measureWanted(
  { packages, unknown }: Wanted,
  directory: BatchDirectory,
  apt: PrivateApt,
  options: BatchRunOptions,
  interrupt: Interrupt,
): Promise<number> {
  const { lookup } = options;
  const { host: architecture } = await readArchitecture();
  const jobs = chooseJobs(options.jobs);
  const workshop = await openWorkshop(apt, toMeasureSettings(options, jobs), await openChroot(options));
  if (workshop.containments.build.kind === "process-group") {
    printMessage("warning: no namespaces here: a daemon that a build starts may be left behind");
  }
  const display = await openBatchDisplay("hidden");
  const trouble = (words: string): void => display.listener({ kind: "trouble", words });
  const merger = await (options.db === undefined ? undefined : ResultMerger.open(options.db, trouble));
  try {
    await keepUnknown(directory, unknown, architecture);
    await runBatch({
      directory,
      workshop,
      analysisOptions: toAnalysisOptions(options),
      packages,
      architecture,
      jobs,
      retry: toRetrySettings(options),
      merger,
      elsewhere: lookup && new KnownElsewhere(new ApiClient(lookup, interrupt.signal, LOOKUP_PATIENCE), trouble),
      again: options.again,
      onNews: display.listener,
      signal: interrupt.signal,
    });
    const unmerged = merger === undefined ? [] : listUnmerged(directory, merger.location);
    const wanted = new Set([...packages, ...unknown].map(({ source }) => source));
    return toExitStatus(
      directory.state.packages.filter(({ source }) => wanted.has(source)),
      unmerged.length,
    );
  } finally {
    await display.end();
    await merger?.close();
  }
}

async function runChosen(choose: Choose, options: BatchRunOptions): Promise<number> {
  return withInterrupt(async (interrupt) => {
    const directory = await BatchDirectory.open(options.batchDir);
    try {
      const apt = await openApt(options.aptSources, printMessage);
      const wanted = await choose(directory, () => readAptIndex(apt));
      const status = await measureWanted(wanted, directory, apt, options, interrupt);
      await present(directory, options);
      return status;
    } catch (error) {
      if (error instanceof InterruptedError) {
        await present(directory, options);
        printMessage(`interrupted; the same command goes on, and measures nothing again that has ended`);
        return interrupt.exitStatus() ?? error.exitStatus;
      }
      throw error;
    } finally {
      await directory.close();
    }
  });
}

async function present({ state }: BatchDirectory, { json, batchDir }: BatchRunOptions): Promise<void> {
  await printResult(json ? `${JSON.stringify(state.packages, null, 2)}\n` : renderSummary(state.packages, batchDir));
}

/**
 * `loupe batch run`: measures packages that have not ended in this batch yet. Returns the exit status: 0, 2 where a package is unknown,
 * 3 where the machine kept one from being measured or merged, or 128 + N when a signal ended it. Throws LoupeError.
 */
export async function batchRunCommand(
  words: readonly string[],
  options: BatchRunOptions & SelectionOptions,
): Promise<number> {
  const choose: Choose = async ({ state }, readIndex) => {
    const { packages, unknown } = await selectPackages(words, options, readIndex);
    const left = packages.filter((source) => !hasEnded(state.find(source)));
    if (left.length < packages.length) {
      printMessage(`${packages.length - left.length} of ${packages.length} packages have ended in this batch before`);
    }
    return { packages: left, unknown };
  };
  return runChosen(choose, options);
}

/** What `retry` measures again when it is not told. */
const RETRIED = [...MACHINE_OUTCOMES, "unknown-package", "dependencies-missing"] as const;

/** `loupe batch retry`: measures packages of a batch again that ended with certain outcomes. As `loupe batch run` otherwise. */
export async function batchRetryCommand(words: readonly string[], options: BatchRetryOptions): Promise<number> {
  const names = words.map((word) => parsePackageName(word));
  const outcomes = options.outcome.length > 0 ? options.outcome : names.length > 0 ? undefined : RETRIED;
  const choose: Choose = async ({ state }, readIndex) => {
    const chosen = state.packages.filter(
      ({ source, ended }) =>
        ended !== undefined &&
        (outcomes === undefined || outcomes.some((outcome) => outcome === ended.outcome)) &&
        (names.length === 0 || names.some((name) => name.source === source)),
    );
    if (chosen.length === 0) {
      throw new UsageError(
        `nothing to retry: no package of the batch ended with ${(outcomes ?? ["an outcome"]).join(", ")}`,
      );
    }
    const index = await readIndex();
    // What was unknown then has no version.
    const wanted = chosen.map(({ source, version }) => ({ source, ...(version !== "" && { version }) }));
    const { found, unknown } = resolveNames(wanted, index);
    return { packages: found.map(toSourcePackage), unknown };
  };
  return runChosen(choose, { ...options, again: true });
}
