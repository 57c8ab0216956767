// SPDX-License-Identifier: GPL-3.0-or-later
import type { TraceReport } from "../tracing/trace-report.js";
import type { FailedAnalysis, Observation } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { identifyExecutables } from "./executables.js";
import { listGaps } from "./observed-features.js";
import type { FailedBaseline } from "./plain-runs.js";
import { listPathGaps } from "./pseudo-files.js";

/** What every result of an analysis says of the workload and of how it was run. */
export async function describeRun(
  { request, isolation }: AnalysisContext,
  report: TraceReport,
): Promise<Pick<Observation, "workload" | "tracer" | "isolation" | "executables" | "warnings">> {
  const { problem } = isolation;
  return {
    isolation: problem === undefined ? "sandbox" : "none",
    workload: request.workload,
    tracer: report.tracer,
    executables: await identifyExecutables(request.considered, report),
    warnings: [
      ...(problem === undefined ? [] : [`runs were not isolated from each other and from this machine: ${problem}`]),
      ...listGaps(report),
      ...(request.kinds.includes("pseudo-file") ? listPathGaps(report) : []),
    ],
  };
}

/** The result of an analysis whose workload cannot be analyzed. */
export async function toFailedAnalysis(context: AnalysisContext, failed: FailedBaseline): Promise<FailedAnalysis> {
  return {
    ...(await describeRun(context, failed.observation.report)),
    outcome: failed.outcome,
    reason: failed.reason,
    durationSeconds: failed.observation.seconds,
  };
}
