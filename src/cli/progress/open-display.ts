// SPDX-License-Identifier: GPL-3.0-or-later
import { printMessage } from "../output.js";
import type { AnalysisPlan } from "./phases.js";
import { makeQuietDisplay, makeVerboseDisplay } from "./plain.js";
import type { ProgressDisplay } from "./progress-display.js";

/** Opens the display that suits standard error; with `verbose`, a line for every run. */
export async function openProgressDisplay(plan: AnalysisPlan, verbose: boolean): Promise<ProgressDisplay> {
  return verbose
    ? makeVerboseDisplay({ write: printMessage })
    : makeQuietDisplay(plan, { write: printMessage, now: Date.now });
}
