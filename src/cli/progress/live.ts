// SPDX-License-Identifier: GPL-3.0-or-later
import { Listr } from "listr2";
import { LiveState } from "./live-state.js";
import { type AnalysisPlan, listPhases, type ShownPhase } from "./phases.js";
import type { ProgressDisplay } from "./progress-display.js";
import { listRendererOptions } from "./renderer-options.js";
import { StderrRenderer } from "./stderr-renderer.js";

/** A phase as listr2 waits for it. */
class PhaseEnd {
  readonly promise: Promise<void>;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  constructor(readonly phase: ShownPhase) {
    this.promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A phase that is given up before listr2 has come to it is no unhandled error.
    this.promise.catch(() => undefined);
  }

  complete(): void {
    this.#settle?.resolve();
  }

  giveUp(): void {
    this.#settle?.reject(new Error(`${this.phase} did not come to its end`));
  }
}

class LiveDisplay implements ProgressDisplay {
  readonly #state: LiveState;
  readonly #ends: readonly PhaseEnd[];
  readonly #list: Listr<unknown, typeof StderrRenderer>;
  readonly #closed: Promise<void>;

  constructor(plan: AnalysisPlan, onShown: () => void) {
    this.#state = new LiveState(plan);
    this.#ends = listPhases(plan).map((phase) => new PhaseEnd(phase));
    this.#list = new Listr<unknown, typeof StderrRenderer>(
      this.#ends.map(({ phase, promise }) => ({
        title: this.#state.summarize(phase),
        task: async () => {
          onShown();
          await promise;
        },
      })),
      { renderer: StderrRenderer, rendererOptions: listRendererOptions(), registerSignalListeners: false },
    );
    // The display fails when a phase is given up, which is not its own error.
    this.#closed = this.#list.run().then(
      () => undefined,
      () => undefined,
    );
  }

  readonly listener: ProgressDisplay["listener"] = (progress) => {
    const before = this.#position();
    this.#state.update(progress);
    const now = this.#position();
    for (const [index, end] of this.#ends.entries()) {
      if (index >= before && index < now) {
        this.#entitle(index, this.#state.summarize(end.phase));
        end.complete();
      } else if (index === now) {
        this.#entitle(index, this.#state.describe(end.phase));
        this.#detail(index, this.#state.details);
      }
    }
  };

  async end(): Promise<void> {
    const current = this.#ends[this.#position()];
    if (current !== undefined) {
      this.#entitle(this.#position(), this.#state.summarize(current.phase));
      current.giveUp();
    }
    await this.#closed;
  }

  /** Where the current phase is among all; after the last one when all is done. */
  #position(): number {
    const position = this.#ends.findIndex(({ phase }) => phase === this.#state.current);
    return position >= 0 ? position : this.#ends.length;
  }

  #entitle(index: number, title: string): void {
    const task = this.#list.tasks[index];
    if (task !== undefined && task.title !== title) {
      task.title$ = title;
    }
  }

  #detail(index: number, lines: readonly string[]): void {
    const task = this.#list.tasks[index];
    if (task !== undefined && lines.length > 0) {
      task.output$ = lines.join("\n");
    }
  }
}

/** A list of the phases that is painted again and again on standard error, which is a terminal. */
export async function openLiveDisplay(plan: AnalysisPlan): Promise<ProgressDisplay> {
  // listr2 loses details of what it has not painted yet.
  return new Promise((resolve) => {
    const display: ProgressDisplay = new LiveDisplay(plan, () => resolve(display));
  });
}
