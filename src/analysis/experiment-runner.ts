// SPDX-License-Identifier: GPL-3.0-or-later
import { withEitherSignal } from "../either-signal.js";
import type { RunResult } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import type { AnalysisRequest } from "./analysis.js";
import { type AnalysisContext, toRunOptions } from "./analysis-context.js";
import { blame, listIdle } from "./blame.js";
import { type Experiment, identifyTreated, NOTHING_TREATED, type TreatedFeature } from "./experiment.js";
import { describeExperiment, type RuleSet, toRules } from "./feature-rules.js";
import { HangCheck } from "./hang-check.js";
import { limitRun } from "./isolation.js";
import type { RunRecord } from "./journal.js";
import { listLost, type WhenLost } from "./lost-tests.js";
import { measureRun } from "./metrics.js";
import { isGeneralName, listEscapedPaths } from "./pseudo-files.js";
import { explainFailure, requireConclusive } from "./run-checks.js";
import { type RunLimits, tookTooLong } from "./run-limits.js";
import type { Subject } from "./subject.js";

/** How an experiment is run. */
export interface RunSettings {
  /** suspect: every interposed call stops in the tracer, so that a failure has a suspect. */
  readonly blame: "suspect" | "none";
  /** go-on: a run that is lost goes on, so that all tests that are lost can be told. */
  readonly whenLost?: WhenLost;
  readonly signal?: AbortSignal | undefined;
}

/** Makes single runs of experiments on a subject, and judges them. */
export class ExperimentRunner {
  readonly #hangs: HangCheck;

  /** `jobs`: how many runs there are at the same time. */
  constructor(
    private readonly context: AnalysisContext<AnalysisRequest>,
    readonly subject: Subject,
    private readonly jobs: number,
  ) {
    this.#hangs = new HangCheck(subject.limits, (limits) => this.runPlain(limits));
  }

  /**
   * One run. One that took too long on a machine that has become slower is made again, with more time. Throws InterruptedError,
   * TracerError or EnvironmentError when no result can be had.
   */
  async run(experiment: Experiment, settings: RunSettings): Promise<RunRecord> {
    const { journal, architecture } = this.context;
    const rules = toRules(experiment, architecture);
    const { limits } = this.#hangs;
    const directory = await journal.openRun(describeExperiment(experiment));
    const result = await this.#trace(experiment, rules, directory, limits, settings);
    if (tookTooLong(result) && !(await this.#hangs.isConclusive(limits))) {
      await journal.closeRun(directory, result.logTail);
      return this.run(experiment, settings);
    }
    const escaped = experiment.treated.flatMap(({ feature }) =>
      isGeneralName(feature) ? listEscapedPaths(feature, result.report) : [],
    );
    const record = this.#toRecord(result, escaped, settings, rules);
    await journal.closeRun(directory, record.passed ? undefined : result.logTail);
    return record;
  }

  /** A run with nothing treated, among the others. Throws what `run` throws. */
  async runPlain(limits: RunLimits): Promise<RunResult> {
    const { journal, architecture } = this.context;
    const rules = toRules(NOTHING_TREATED, architecture);
    const directory = await journal.openRun(describeExperiment(NOTHING_TREATED));
    const result = await this.#trace(NOTHING_TREATED, rules, directory, limits, { blame: "none" });
    await journal.closeRun(directory, result.passed ? undefined : result.logTail);
    return result;
  }

  #toRecord(result: RunResult, escaped: readonly string[], settings: RunSettings, rules: RuleSet): RunRecord {
    const passed = result.passed && escaped.length === 0;
    const blamed = passed || settings.blame === "none" ? undefined : blame(result.report, rules, this.subject.ends);
    const reason =
      result.passed && !passed
        ? `${escaped.join(", ")} was used as well, which no rule named in advance`
        : explainFailure(result);
    const lost = passed ? [] : listLost(this.subject, result, settings.whenLost ?? "end");
    return {
      passed,
      seconds: result.seconds,
      ...(!passed && { reason }),
      ...(blamed?.culprit && { culprit: identifyTreated(blamed.culprit) }),
      ...(blamed && { suspects: blamed.suspects.map(identifyTreated) }),
      ...(passed && settings.blame === "suspect" && { idle: listIdle(result.report, rules).map(identifyTreated) }),
      ...(lost.length > 0 && { lost }),
      metrics: measureRun(result, this.context.request.metric),
    };
  }

  async #trace(
    { treated }: Experiment,
    { rules }: RuleSet,
    runDirectory: string,
    { timeLimitSeconds, ...expectedLimits }: RunLimits,
    { blame: blaming, whenLost, signal }: RunSettings,
  ): Promise<RunResult> {
    const needsPaths = treated.some(({ feature }: TreatedFeature) => isGeneralName(feature));
    const result = await withEitherSignal([this.context.request.signal, signal], (either) =>
      runWorkload(this.subject.workload, {
        ...toRunOptions(this.context),
        limits: limitRun(this.jobs),
        discover: needsPaths ? "numbers" : "none",
        rules,
        record: [
          ...(needsPaths ? (["paths"] as const) : []),
          ...(blaming === "suspect" ? (["interposed"] as const) : []),
        ],
        timeLimitSeconds,
        expected: { ...this.subject.expected, ...expectedLimits },
        ...(whenLost && { whenLost }),
        runDirectory,
        signal: either,
      }),
    );
    return requireConclusive(result);
  }
}
