// SPDX-License-Identifier: GPL-3.0-or-later
import type { Progress } from "../../analysis/analysis.js";
import { cleanText } from "../terminal.js";
import { describeRun, formatTimeLeft } from "./describe.js";
import { type AnalysisPlan, phaseBegunBy, type ShownPhase } from "./phases.js";

const NAMES: Readonly<Record<ShownPhase, string>> = {
  observation: "Observation",
  baseline: "Baseline",
  search: "Search",
  confirmation: "Confirmation",
  impact: "Impact",
};

/** How many of the runs that are made at the same time are named. */
const MOST_RUNNING_LINES = 2;

function describeRunning(descriptions: readonly string[]): readonly string[] {
  const lines = descriptions.slice(0, MOST_RUNNING_LINES).map((description) => `running: ${cleanText(description)}`);
  const unnamed = descriptions.length - lines.length;
  return lines.map((line, index) =>
    unnamed > 0 && index === lines.length - 1 ? `${line}, and ${unnamed} more` : line,
  );
}

/** What the live display shows, apart from how it gets onto the terminal. */
export class LiveState {
  #current: ShownPhase | "done" = "observation";
  #features: number | undefined;
  #resumed = 0;
  #replicas = 0;
  readonly #runs = new Map<ShownPhase, number>();
  #estimate: string | undefined;
  #running: readonly string[] = [];
  #last: string | undefined;

  constructor(private readonly plan: AnalysisPlan) {}

  get current(): ShownPhase | "done" {
    return this.#current;
  }

  update(progress: Progress): void {
    const begun = phaseBegunBy(progress);
    if (begun !== undefined) {
      this.#current = begun;
    }
    switch (progress.kind) {
      case "resumed":
        this.#resumed = progress.runs;
        break;
      case "observed":
        this.#features = progress.features;
        break;
      case "replica":
        this.#replicas = progress.done;
        break;
      case "running":
        this.#running = progress.descriptions;
        break;
      case "experiment":
        this.#countRun();
        this.#last = describeRun(progress);
        this.#estimate = [
          // More than expected: nobody knows how many there will be.
          progress.done < progress.of ? `${progress.done} of about ${progress.of} runs` : `${progress.done} runs`,
          ...(progress.secondsLeft > 0 ? [formatTimeLeft(progress.secondsLeft)] : []),
        ].join(", ");
        break;
    }
  }

  /** The title of a phase as long as it goes on. */
  describe(phase: ShownPhase): string {
    const hasEstimate = phase !== "observation" && phase !== "baseline" && this.#estimate !== undefined;
    return hasEstimate ? `${NAMES[phase]}: ${this.#estimate}` : this.summarize(phase);
  }

  /** The title of a phase that has ended or not begun. */
  summarize(phase: ShownPhase): string {
    const name = NAMES[phase];
    if (phase === "baseline") {
      return `${name} (${this.#replicas}/${this.plan.replicas})`;
    }
    if (phase === "observation") {
      return this.#features === undefined ? name : `${name}: ${this.#features} features are used`;
    }
    const runs = this.#runs.get(phase) ?? 0;
    return runs > 0 ? `${name}: ${runs} ${runs === 1 ? "run" : "runs"}` : name;
  }

  /** What is said below the title of the current phase. */
  get details(): readonly string[] {
    return [
      ...(this.#resumed > 0 ? [`going on after ${this.#resumed} finished runs`] : []),
      ...describeRunning(this.#running),
      ...(this.#last === undefined ? [] : [`ended last: ${this.#last}`]),
    ];
  }

  #countRun(): void {
    if (this.#current !== "done") {
      this.#runs.set(this.#current, (this.#runs.get(this.#current) ?? 0) + 1);
    }
  }
}
