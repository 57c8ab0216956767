// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout } from "node:timers/promises";
import { DatabaseError } from "../../database/database-error.js";

const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;
/** A server that is away for longer is not being restarted. */
const LONGEST_OUTAGE_SECONDS = 15 * 60;

/**
 * Does something with a database that may go away for a while, as a server does that is restarted: again and again with growing
 * pauses. `onTrouble` hears of the first failure. Throws DatabaseError when it does not come back, or when the signal is aborted.
 */
export async function withPatience<Result>(
  work: () => Promise<Result>,
  onTrouble: (words: string) => void,
  signal: AbortSignal,
): Promise<Result> {
  const started = performance.now();
  for (let pause = FIRST_PAUSE_SECONDS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_SECONDS)) {
    try {
      return await work();
    } catch (error) {
      const isOver = (performance.now() - started) / 1000 > LONGEST_OUTAGE_SECONDS;
      if (!(error instanceof DatabaseError) || isOver || signal.aborted) {
        throw error;
      }
      if (pause === FIRST_PAUSE_SECONDS) {
        onTrouble(`${error.message}; trying again`);
      }
    }
    await setTimeout(pause * 1000, undefined, { signal }).catch(() => undefined);
  }
}
