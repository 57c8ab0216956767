// SPDX-License-Identifier: GPL-3.0-or-later
import { withEitherSignal } from "../either-signal.js";
import { findScript } from "../workload/excerpt.js";
import type { RunOptions } from "../workload/run-options.js";
import type { RunResult } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import { findLosses } from "../workload/test-results/losses.js";
import type { AnalysisRequest } from "./analysis.js";
import { type AnalysisContext, toRunOptions } from "./analysis-context.js";
import { blame } from "./blame.js";
import { type Experiment, identifyTreated, NOTHING_TREATED, type TreatedFeature } from "./experiment.js";
import { describeExperiment, type RuleSet, toRules } from "./feature-rules.js";
import { HangCheck } from "./hang-check.js";
import { limitRun } from "./isolation.js";
import type { RunRecord } from "./journal.js";
import { measureRun } from "./metrics.js";
import { isGeneralName, listEscapedPaths } from "./pseudo-files.js";
import { explainFailure, requireConclusive } from "./run-checks.js";
import { isHang, type RunLimits, tookTooLong } from "./run-limits.js";
import type { Subject } from "./subject.js";

type WhenLost = NonNullable<RunOptions["whenLost"]>;

/** How an experiment is run. */
export interface RunSettings {
  /** suspect: every interposed call stops in the tracer, so that a failure has a suspect. */
  readonly blame: "suspect" | "none";
  /** go-on: a run that is lost goes on, so that all tests that are lost can be told. */
  readonly whenLost?: WhenLost;
  readonly signal?: AbortSignal | undefined;
}

/** Where a run was ended or has given up, the test that it was at is among the first of so many scripts that are not reported. */
const MOST_UNREPORTED = 3;

/**
 * The tests that a run is known to have lost. Of one that went on, those that are reported so; where it hung, or where nothing is, also the
 * first that are missing. Of one that was ended, those of the script that was reported as lost.
 */
function listLost(
  { scripts, expected }: Subject,
  { failure, tests }: RunResult,
  whenLost: WhenLost,
): readonly string[] {
  if (whenLost === "end") {
    const [loss] = failure?.kind === "tests" ? failure.losses : [];
    return (loss && findScript(scripts, loss.name)?.tests) ?? [];
  }
  const losses = tests === undefined ? [] : findLosses(expected.tests, tests);
  const list = (isReported: boolean): readonly string[] =>
    losses.filter(({ now }) => (now !== "vanished") === isReported).map(({ name }) => name);
  const reported = list(true);
  if (reported.length > 0 && !isHang(failure)) {
    return reported;
  }
  // Of a run that was ended, the output alone is left, in which scripts have other names.
  const ended = [...(tests?.tests.keys() ?? [])].map((name) => findScript(scripts, name));
  const missing = new Set(list(false));
  const first = scripts
    .filter((script) => !ended.includes(script) && script.tests.some((test) => missing.has(test)))
    .slice(0, MOST_UNREPORTED);
  return [...reported, ...first.flatMap((script) => script.tests)];
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
