// SPDX-License-Identifier: GPL-3.0-or-later
import type { Phase, Progress } from "../analysis/analysis.js";
import { printMessage } from "./output.js";

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

const PHASES: Readonly<Record<Phase, string>> = {
  search: "looking for what can be stubbed or faked",
  confirmation: "confirming it all at once",
  impact: "comparing memory, descriptors and the metric",
};

/** One line of news for a person. */
export function formatProgress(progress: Progress): string {
  switch (progress.kind) {
    case "observed":
      return `observed: ${progress.features} features are used (${formatSeconds(progress.seconds)})`;
    case "replica":
      return `baseline ${progress.done}/${progress.of} (${formatSeconds(progress.seconds)})`;
    case "experiment": {
      const outcome = progress.works ? "works" : "fails";
      return `${progress.done}/~${progress.of} ${progress.description}: ${outcome} (${formatSeconds(progress.seconds)})`;
    }
    case "resumed":
      return `going on after ${progress.runs} finished runs`;
    case "phase":
      return PHASES[progress.phase];
    case "confirmation":
      return `confirmed together: ${progress.stubbed} stubbed, ${progress.faked} faked`;
  }
}

/** Tells a person on standard error how far an analysis is. */
export function printProgress(progress: Progress): void {
  printMessage(formatProgress(progress));
}
