// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { probeTracer } from "../tracing/tracer.js";
import { VERSION } from "../version.js";
import { hashFile } from "../workload/elf.js";
import type { AnalysisRequest, AnalyzedExecutable, ObservationRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { identifyExecutables } from "./executables.js";
import { adaptWorkload, listWords, prepareIsolation } from "./isolation.js";
import { JOURNAL_FORMAT, Journal } from "./journal.js";

/** Variables that say who calls and from where: the same command of another terminal is still the same analysis. */
const VOLATILE_VARIABLES =
  /^(_|SHLVL|OLDPWD|TERM|COLUMNS|LINES|WINDOWID|COLORTERM|SSH_\w+|XDG_\w+|DBUS_\w+|INVOCATION_ID|TMUX\w*|STY)$/;

/** A text that is the same for analyses that may use each other's runs. */
async function identifyAnalysis(request: ObservationRequest): Promise<string> {
  const { workload, considered, kinds, detach } = request;
  const environment = Object.entries(workload.environment).filter(([name]) => !VOLATILE_VARIABLES.test(name));
  const metric = "metric" in request ? String(request.metric) : undefined;
  // Scripts that the command names are part of what is run; programs and libraries are compared by what was executed.
  const contents = await Promise.all(
    listWords(workload).map((word) => hashFile(resolve(workload.directory, word)).catch(() => undefined)),
  );
  const described = { ...workload, environment: environment.sort() };
  const parts = [VERSION, JOURNAL_FORMAT, described, considered, kinds, detach, metric, contents];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Prepares what all runs have in common. Throws EnvironmentError and TracerError. */
export async function openContext<Request extends ObservationRequest>(
  request: Request,
): Promise<AnalysisContext<Request>> {
  const { architecture } = await probeTracer();
  const isolation = await prepareIsolation(request.workload, request.considered);
  const { jobs: wanted } = request as Partial<AnalysisRequest>;
  return {
    request,
    workload: adaptWorkload(request.workload, isolation.sandbox),
    isolation,
    architecture,
    // Without sandboxes, runs at the same time would use the same files and ports.
    jobs: isolation.sandbox === undefined ? 1 : (wanted ?? availableParallelism()),
    journal: await Journal.open(request.workDirectory, await identifyAnalysis(request)),
  };
}

function isSame(before: readonly AnalyzedExecutable[], now: readonly AnalyzedExecutable[]): boolean {
  const identify = (list: readonly AnalyzedExecutable[]): string =>
    JSON.stringify(list.map(({ path, buildId, sha256 }) => [path, buildId, sha256]));
  return identify(before) === identify(now);
}

/**
 * Makes sure that the runs of an interrupted analysis are about the programs that are there now; otherwise they are put aside.
 */
export async function requireSamePrograms(context: AnalysisContext): Promise<void> {
  const { journal, request } = context;
  const observation = journal.findPlain("observation");
  const before = journal.executables;
  if (observation === undefined) {
    if (journal.plainRuns > 0) {
      await journal.restart();
    }
    return;
  }
  const now = await identifyExecutables(request.considered, observation.report);
  if (before === undefined || !isSame(before, now)) {
    await journal.restart();
    return;
  }
  request.onProgress?.({ kind: "resumed", runs: journal.runs.length + journal.excerptRuns.length + journal.plainRuns });
}
