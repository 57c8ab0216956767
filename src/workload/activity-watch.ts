// SPDX-License-Identifier: GPL-3.0-or-later
import { type Expectation, NOTHING_EXPECTED } from "./expectation.js";
import { type ProcessActivity, readActivity } from "./process-activity.js";
import type { RunActivity, RunFailure } from "./run-result.js";

const SAMPLE_SECONDS = 0.2;

/** What a step between two samples counts for at most in a limit: where we are late ourselves, processes may wait for us to take their output. */
const LONGEST_STEP_SECONDS = 2 * SAMPLE_SECONDS;

/** A process that uses a processor for this part of its time and more would use it all the time where others left it to it. */
const BUSY_PART = 1 / 4;

const NO_PROCESS: ProcessActivity = { busy: true, processes: new Map() };

/**
 * Whether nothing happened between two samples: the same processes, none of which had or wanted a processor or a disk. Where no process is
 * seen, because the kernel names no children or none has been started yet, nothing is known.
 */
function isStalled(before: ProcessActivity, after: ProcessActivity): boolean {
  return (
    !before.busy &&
    !after.busy &&
    after.processes.size > 0 &&
    before.processes.size === after.processes.size &&
    [...after.processes].every(([key, { cpuSeconds }]) => before.processes.get(key)?.cpuSeconds === cpuSeconds)
  );
}

/**
 * Follows what the processes of a run do, and tells when they wait for something that does not come, or when one goes round in
 * circles. Other than the time that a run takes, neither depends on how much else the machine has to do.
 */
export class ActivityWatch {
  readonly #tracers: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #limits: Pick<Expectation, "stallLimitSeconds" | "limitCpuSeconds"> = NOTHING_EXPECTED;
  #last = NO_PROCESS;
  #lastAt = performance.now();
  #stalled = 0;
  #certainlyStalled = 0;
  #longestStall = 0;
  readonly #mostCpu = new Map<string, number>();
  readonly #longestBusy = new Map<string, number>();
  /** By the keys of ProcessActivity. */
  readonly #firstSeen = new Map<string, number>();
  #failure: RunFailure | undefined;
  #onLost = (): void => undefined;

  /** The watch has to be closed. */
  constructor() {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_SECONDS * 1000).unref();
  }

  /** Adds what a tracer starts. */
  follow(tracerPid: number): void {
    this.#tracers.push(tracerPid);
  }

  /** From now on a run that exceeds what is expected is lost; `onLost` is called once at most. */
  limit(expected: Expectation = NOTHING_EXPECTED, onLost: () => void): void {
    this.#limits = expected;
    this.#onLost = onLost;
    this.#certainlyStalled = 0;
  }

  /** Why the run was given up, if it was. */
  get failure(): RunFailure | undefined {
    return this.#failure;
  }

  /** Ends the watch. */
  close(): RunActivity {
    clearInterval(this.#timer);
    return { stalledSeconds: this.#longestStall, cpuSeconds: this.#mostCpu, busySeconds: this.#longestBusy };
  }

  #sample(): void {
    const activity = readActivity(this.#tracers);
    const elapsed = (performance.now() - this.#lastAt) / 1000;
    const isGoingOn = isStalled(this.#last, activity);
    this.#stalled = isGoingOn ? this.#stalled + elapsed : 0;
    this.#certainlyStalled = isGoingOn ? this.#certainlyStalled + Math.min(elapsed, LONGEST_STEP_SECONDS) : 0;
    [this.#last, this.#lastAt] = [activity, performance.now()];
    this.#longestStall = Math.max(this.#longestStall, this.#stalled);
    for (const [key, { name, cpuSeconds }] of activity.processes) {
      this.#mostCpu.set(name, Math.max(cpuSeconds, this.#mostCpu.get(name) ?? 0));
      const seconds = SAMPLE_SECONDS + this.#measureAge(key);
      if (cpuSeconds >= BUSY_PART * seconds) {
        this.#longestBusy.set(name, Math.max(seconds, this.#longestBusy.get(name) ?? 0));
      }
    }
    this.#check();
  }

  /** For how long a process has been seen, in seconds. */
  #measureAge(key: string): number {
    const first = this.#firstSeen.get(key) ?? this.#lastAt;
    this.#firstSeen.set(key, first);
    return (this.#lastAt - first) / 1000;
  }

  #check(): void {
    const { stallLimitSeconds, limitCpuSeconds } = this.#limits;
    if (this.#certainlyStalled > stallLimitSeconds) {
      this.#lose({ kind: "stall", seconds: stallLimitSeconds });
    }
    for (const [process, seconds] of this.#mostCpu) {
      if (seconds > limitCpuSeconds(process)) {
        this.#lose({ kind: "spin", process, seconds: limitCpuSeconds(process) });
      }
    }
  }

  #lose(failure: RunFailure): void {
    if (this.#failure === undefined) {
      this.#failure = failure;
      this.#onLost();
    }
  }
}
