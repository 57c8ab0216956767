// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchNews } from "../../batch/news.js";
import { nameOf } from "../../batch/package-run.js";
import { formatDuration, formatTimeLeft } from "../progress/describe.js";
import { describeCounts, describeEnded } from "./describe.js";

interface Running {
  readonly name: string;
  readonly stage: string;
  readonly since: number;
}

/** What a display of a batch knows: how many packages have ended, what is running, and how long it may still take. */
export class BatchProgressState {
  readonly #running = new Map<string, Running>();
  readonly #outcomes = new Map<string, number>();
  #total = 0;
  #atOnce = 1;
  #ended = 0;
  /** Of packages that were really measured; those that the database has take no time. */
  #measured = 0;
  #measuredSeconds = 0;
  #last: string | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  update(news: BatchNews): void {
    switch (news.kind) {
      case "begun":
        this.#total = news.total;
        this.#atOnce = news.atOnce;
        break;
      case "stage": {
        const name = nameOf(news.source);
        this.#running.set(name, { name, stage: news.stage, since: this.#running.get(name)?.since ?? this.now() });
        break;
      }
      case "deferred":
        this.#running.delete(nameOf(news.source));
        break;
      case "ended": {
        const { entry } = news;
        this.#running.delete(nameOf(entry));
        this.#ended += 1;
        this.#outcomes.set(entry.outcome, (this.#outcomes.get(entry.outcome) ?? 0) + 1);
        if (entry.outcome !== "already-measured") {
          this.#measured += 1;
          this.#measuredSeconds += entry.seconds;
        }
        this.#last = describeEnded(entry);
        break;
      }
      case "trouble":
        break;
    }
  }

  /** How long the rest may take, by the mean of what has ended; undefined as long as nothing has. */
  get secondsLeft(): number | undefined {
    if (this.#measured === 0) {
      return undefined;
    }
    const mean = this.#measuredSeconds / this.#measured;
    const spent = [...this.#running.values()].map(({ since }) => Math.min(mean, (this.now() - since) / 1000));
    const work = mean * (this.#total - this.#ended) - spent.reduce((sum, seconds) => sum + seconds, 0);
    return Math.max(0, work / Math.min(this.#atOnce, Math.max(1, this.#total - this.#ended)));
  }

  get title(): string {
    const left = this.secondsLeft;
    const time = left === undefined || this.#ended === this.#total ? "" : `, ${formatTimeLeft(left)}`;
    return `${this.#ended} of ${this.#total} packages${time}${describeCounts(this.#outcomes)}`;
  }

  get details(): readonly string[] {
    const running = [...this.#running.values()].map(
      ({ name, stage, since }) => `${name}: ${stage} (${formatDuration((this.now() - since) / 1000)})`,
    );
    return [...running, ...(this.#last === undefined ? [] : [`ended last: ${this.#last}`])];
  }
}
