// SPDX-License-Identifier: GPL-3.0-or-later
import { rm } from "node:fs/promises";
import { runWorkload } from "../workload/run-workload.js";
import type { AnalysisRequest } from "./analysis.js";
import type { Baseline } from "./baseline.js";
import type { Experiment, Experimenter, ExperimentResult } from "./experiment.js";
import { describeExperiment, toRules } from "./feature-rules.js";
import type { ResultsLog } from "./results-log.js";
import { explainFailure, requireConclusive } from "./run-checks.js";

/** The same for the same set of treated features, in whatever order they come. */
function identify({ treated }: Experiment): string {
  return treated
    .map(({ feature, treatment }) => `${treatment} ${feature.kind} ${feature.name}`)
    .sort()
    .join("\n");
}

/**
 * Runs experiments on the request's workload, one after the other, and keeps every result. An experiment that was made before
 * is not made again, unless it worked and is now to be repeated more often.
 */
export class WorkloadExperimenter implements Experimenter {
  #runs = 0;
  #fullRuns = 0;
  readonly #finished = new Map<string, ExperimentResult>();

  constructor(
    private readonly request: AnalysisRequest,
    private readonly baseline: Baseline,
    private readonly log: ResultsLog,
  ) {}

  get replicas(): number {
    return this.request.replicas;
  }

  /** Runs that were made so far. */
  get runs(): number {
    return this.#runs;
  }

  /** Those of them that passed, and therefore took as long as the workload takes. */
  get fullRuns(): number {
    return this.#fullRuns;
  }

  async run(experiment: Experiment, replicas: number = this.replicas): Promise<ExperimentResult> {
    const known = this.#finished.get(identify(experiment));
    if (known !== undefined && (!known.works || known.runs >= replicas)) {
      return known;
    }
    let seconds = 0;
    let reason: string | undefined;
    let runs = 0;
    while (runs < replicas && reason === undefined) {
      runs += 1;
      const directory = await this.log.openRun(describeExperiment(experiment));
      const result = requireConclusive(await this.#runOnce(experiment, directory));
      seconds += result.seconds;
      if (result.passed) {
        this.#fullRuns += 1;
        await rm(directory, { recursive: true, force: true });
      } else {
        reason = explainFailure(result);
      }
    }
    const works = reason === undefined;
    const finished = { experiment, works, runs, seconds, ...(reason !== undefined && { reason }) };
    this.#finished.set(identify(experiment), finished);
    await this.log.append(finished);
    return finished;
  }

  #runOnce(experiment: Experiment, runDirectory: string): ReturnType<typeof runWorkload> {
    this.#runs += 1;
    return runWorkload(this.request.workload, {
      considered: this.request.considered.map(({ pattern }) => pattern),
      discover: "none",
      rules: toRules(experiment),
      timeLimitSeconds: this.baseline.timeLimitSeconds,
      expected: this.baseline.expected,
      runDirectory,
      ...(this.request.signal && { signal: this.request.signal }),
    });
  }
}
