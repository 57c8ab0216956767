// SPDX-License-Identifier: GPL-3.0-or-later
import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";

/** Timers take no more than 24 days; nobody needs to be that patient. */
const LONGEST_WAIT_MILLISECONDS = 60_000;

interface Waiting<Item> {
  readonly item: Item;
  /** The time of `performance.now()` before which it is not to be taken. */
  readonly notBefore: number;
}

/** Items in their order, some of which have to wait; what was taken may be put back. */
export class Schedule<Item> {
  #waiting: Waiting<Item>[];
  #taken = 0;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(items: readonly Item[]) {
    this.#waiting = items.map((item) => ({ item, notBefore: 0 }));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** The next item; undefined when nothing is left and none can be put back any more, or the signal is aborted. */
  async take(signal: AbortSignal): Promise<Item | undefined> {
    while (!signal.aborted && (this.#waiting.length > 0 || this.#taken > 0)) {
      const now = performance.now();
      const index = this.#waiting.findIndex(({ notBefore }) => notBefore <= now);
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next !== undefined) {
        this.#taken += 1;
        return next.item;
      }
      await this.#wait(Math.min(...this.#waiting.map(({ notBefore }) => notBefore)) - now, signal);
    }
    return undefined;
  }

  /** What was taken is done. */
  finish(): void {
    this.#taken -= 1;
    this.#changes.emit("change");
  }

  /** What was taken is tried again after a while; others come first. */
  putBack(item: Item, seconds: number): void {
    this.#waiting.push({ item, notBefore: performance.now() + seconds * 1000 });
    this.finish();
  }

  /** Until time has passed, or anything has changed. */
  async #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener("abort", stop, { once: true });
    const pause = Math.min(Math.max(milliseconds, 1), LONGEST_WAIT_MILLISECONDS);
    const waits = [
      once(this.#changes, "change", { signal: over.signal }),
      setTimeout(pause, undefined, { signal: over.signal }),
    ];
    await Promise.race(waits.map((wait) => Promise.resolve(wait).catch(() => undefined)));
    over.abort();
    signal.removeEventListener("abort", stop);
  }
}
