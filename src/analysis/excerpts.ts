// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
import { excerptResults, excerptSuite } from "../workload/excerpt.js";
import type { RunResult } from "../workload/run-result.js";
import { listEnded, type TestScript } from "../workload/test-script.js";
import type { AnalysisRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { ExperimentRunner } from "./experiment-runner.js";
import { deriveLimits } from "./run-limits.js";
import { PRIORITY, type RunQueue } from "./run-queue.js";
import { MOST_CONCERNED } from "./separate-scripts.js";
import type { Subject } from "./subject.js";

/** An excerpt that takes more than this part of the whole saves too little. */
const MOST = 1 / 2;

/** So many plain runs, at the same time, tell how long it takes and whether it passes. */
const PLAIN_RUNS = 2;

const TIME_FACTOR = 3;
const TIME_CONSTANT = 4;

/** The quickest of the scripts that report one of the tests: as many as take `seconds`, and at least one. */
function chooseScripts(
  scripts: readonly TestScript[],
  tests: readonly string[],
  seconds: number,
): readonly TestScript[] {
  const wanted = new Set(tests);
  let left = seconds;
  return scripts
    .filter((script) => script.tests.some((test) => wanted.has(test)))
    .sort((one, other) => one.seconds - other.seconds)
    .filter((script, index) => {
      left -= script.seconds;
      return index === 0 || left >= 0;
    });
}

/** The excerpt as it should be, with the limits of the whole. */
function describeExcerpt(whole: Subject, scripts: readonly TestScript[]): Subject | undefined {
  const { workload, expected } = whole;
  const excerpt = workload.form === "suite" && scripts.length > 0 ? excerptSuite(workload, scripts) : undefined;
  return (
    excerpt && {
      ...whole,
      workload: excerpt,
      scope: "excerpt",
      scripts,
      concerned: [],
      excerpt: JSON.stringify(scripts.map(({ name }) => name).sort()),
      expected: { ...expected, tests: expected.tests.map((results) => excerptResults(results, scripts)) },
    }
  );
}

/** How long a plain run of an excerpt may take. */
function limitSeconds({ scripts }: Subject): number {
  return TIME_FACTOR * scripts.reduce((sum, { seconds }) => sum + seconds, 0) + TIME_CONSTANT;
}

/** Makes excerpts of a workload, and finds out whether they pass by themselves. */
export class Excerpts {
  readonly #measured = new Map<string, Promise<Subject | undefined>>();
  #concerned: Promise<Subject | undefined> | undefined;

  constructor(
    private readonly context: AnalysisContext<AnalysisRequest>,
    private readonly whole: Subject,
    private readonly queue: RunQueue,
  ) {}

  /** Whether there are test scripts that can be run without the others, as far as one can tell without having tried. */
  get arePossible(): boolean {
    return this.whole.scripts.length > 0;
  }

  /**
   * The quickest of the scripts that report some tests, as many as take `seconds` and at least one. Undefined where they cannot be run
   * without the others, do not pass so, or are most of the suite. Throws what runs throw.
   */
  async find(tests: readonly string[], seconds: number): Promise<Subject | undefined> {
    return this.#findAmong(chooseScripts(this.whole.scripts, tests, seconds));
  }

  /**
   * All tests that treatments can change. Undefined where that is not known, or these are all or most, or they do not pass without the others.
   * Throws what runs throw.
   */
  async findConcerned(): Promise<Subject | undefined> {
    this.#concerned ??= this.#measureConcerned();
    return this.#concerned;
  }

  async #findAmong(scripts: readonly TestScript[]): Promise<Subject | undefined> {
    const excerpt = describeExcerpt(this.whole, scripts);
    if (excerpt?.excerpt === undefined) {
      return undefined;
    }
    const measured = this.#measured.get(excerpt.excerpt) ?? this.#measure(excerpt);
    this.#measured.set(excerpt.excerpt, measured);
    return measured;
  }

  async #measure(excerpt: Subject): Promise<Subject | undefined> {
    const plain = await this.#runPlain(excerpt, PLAIN_RUNS);
    if (plain.every(({ passed }) => passed)) {
      return this.#toMeasured(excerpt, plain, MOST);
    }
    const ended = plain.map(({ tests }) => listEnded(excerpt.scripts, tests?.tests));
    const quick = excerpt.scripts.filter((script) => ended.every((scripts) => scripts.has(script)));
    const isTooSlow = plain.every(({ passed, failure }) => passed || failure?.kind === "time-limit");
    // The quickest come first.
    const fewer = excerpt.scripts.slice(0, excerpt.scripts.length / 2);
    return isTooSlow ? this.#findAmong(quick.length < excerpt.scripts.length ? quick : fewer) : undefined;
  }

  async #measureConcerned(): Promise<Subject | undefined> {
    const excerpt = describeExcerpt(this.whole, this.whole.concerned);
    if (excerpt === undefined) {
      return undefined;
    }
    // All of its tests have passed in the whole, several times.
    const plain = await this.#runPlain(excerpt, 1);
    return plain.every(({ passed }) => passed)
      ? this.#toMeasured({ ...excerpt, scope: "concerned" }, plain, MOST_CONCERNED)
      : undefined;
  }

  /** With the limits that plain runs tell, unless it takes more than a part of the whole. */
  #toMeasured(excerpt: Subject, plain: readonly RunResult[], most: number): Subject | undefined {
    const passSeconds = Math.max(...plain.map((run) => run.seconds));
    return passSeconds <= most * this.whole.passSeconds
      ? { ...excerpt, passSeconds, limits: deriveLimits(plain) }
      : undefined;
  }

  /** Plain runs; those that an interrupted analysis has finished are not made again. */
  async #runPlain(excerpt: Subject, times: number): Promise<readonly RunResult[]> {
    const { journal } = this.context;
    const runner = new ExperimentRunner(this.context, excerpt, this.queue.jobs);
    const limits = { ...excerpt.limits, timeLimitSeconds: limitSeconds(excerpt) };
    const names = Array.from({ length: times }, (_, index) => `excerpt-${index + 1} ${excerpt.excerpt}`);
    return runAll(names, async (name) => {
      const known = journal.findPlain(name);
      if (known !== undefined) {
        return known;
      }
      const result = await this.queue.wait(() => runner.runPlain(limits), PRIORITY.probe);
      await journal.addPlain(name, result);
      return result;
    });
  }
}
