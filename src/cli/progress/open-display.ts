// SPDX-License-Identifier: GPL-3.0-or-later
import { printMessage } from "../output.js";
import type { AnalysisPlan } from "./phases.js";
import { makeQuietDisplay, makeVerboseDisplay } from "./plain.js";
import type { ProgressDisplay } from "./progress-display.js";

/** Less is no place for the phases and what runs in them; a terminal that does not know its size has none. */
const SMALLEST = { columns: 40, rows: 10 } as const;

/** Whether somebody sits in front of standard error, who can be shown a picture that changes. */
export function isLiveTerminal({ stderr, env }: NodeJS.Process): boolean {
  return (
    stderr.isTTY === true &&
    stderr.columns >= SMALLEST.columns &&
    stderr.rows >= SMALLEST.rows &&
    env.TERM !== "dumb" &&
    (env.CI ?? "") === ""
  );
}

/** Opens the display that suits standard error; with `verbose`, a line for every run. */
export async function openProgressDisplay(plan: AnalysisPlan, verbose: boolean): Promise<ProgressDisplay> {
  if (verbose) {
    return makeVerboseDisplay({ write: printMessage });
  }
  if (!isLiveTerminal(process)) {
    return makeQuietDisplay(plan, { write: printMessage, now: Date.now });
  }
  // Only here: listr2 takes time to load.
  const { openLiveDisplay } = await import("./live.js");
  return openLiveDisplay(plan);
}
