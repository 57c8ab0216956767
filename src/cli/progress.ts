// SPDX-License-Identifier: GPL-3.0-or-later
import type { Progress } from "../analysis/analysis.js";
import { printMessage } from "./output.js";

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** One line of news for a person. */
export function formatProgress(progress: Progress): string {
  switch (progress.kind) {
    case "observed":
      return `observed: ${progress.features} system calls are used (${formatSeconds(progress.seconds)})`;
    case "replica":
      return `baseline ${progress.done}/${progress.of} (${formatSeconds(progress.seconds)})`;
    case "experiment": {
      const outcome = progress.works ? "works" : "fails";
      return `${progress.done}/${progress.of} ${progress.description}: ${outcome} (${formatSeconds(progress.seconds)})`;
    }
    case "confirmation":
      return `confirmed together: ${progress.stubbed} stubbed, ${progress.faked} faked`;
  }
}

/** Tells a person on standard error how far an analysis is. */
export function printProgress(progress: Progress): void {
  printMessage(formatProgress(progress));
}
