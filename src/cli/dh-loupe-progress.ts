// SPDX-License-Identifier: GPL-3.0-or-later
import type { Progress } from "../analysis/analysis.js";
import type { DhMessages } from "./dh-messages.js";
import { formatProgress } from "./progress/describe.js";

/** A build log wants to see that something moves, not every run: one line of experiments in this time. */
const QUIET_MILLISECONDS = 30_000;

/** Tells of a running analysis in the build log. */
export function makeProgressListener(messages: DhMessages): (progress: Progress) => void {
  let last = Date.now();
  return (progress) => {
    if (progress.kind === "running") {
      return;
    }
    const isDue =
      progress.kind === "observed" || progress.kind === "confirmation" || Date.now() - last > QUIET_MILLISECONDS;
    if (isDue) {
      last = Date.now();
      messages.say(formatProgress(progress));
    } else {
      messages.detail(formatProgress(progress));
    }
  };
}
