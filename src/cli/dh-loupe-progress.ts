// SPDX-License-Identifier: GPL-3.0-or-later
import type { Progress } from "../analysis/analysis.js";
import type { DhMessages } from "./dh-messages.js";

/** A build log wants to see that something moves, not every run: one line in this time. */
const QUIET_MILLISECONDS = 30_000;

/** Tells of a running analysis in the build log. */
export function makeProgressListener(messages: DhMessages): (progress: Progress) => void {
  let last = Date.now();
  return (progress) => {
    switch (progress.kind) {
      case "observed":
        messages.say(`one run takes ${progress.seconds.toFixed(1)} s; ${progress.features} system calls are used`);
        break;
      case "replica":
        messages.detail(`plain run ${progress.done} of ${progress.of}: ${progress.seconds.toFixed(1)} s`);
        break;
      case "experiment":
        messages.detail(
          `${progress.description}: ${progress.works ? "works" : "fails"} (${progress.seconds.toFixed(1)} s)`,
        );
        if (Date.now() - last > QUIET_MILLISECONDS) {
          last = Date.now();
          messages.say(`${progress.done} of ${progress.of} experiments are done`);
        }
        break;
      case "confirmation":
        messages.detail(
          `${progress.stubbed} stubbed and ${progress.faked} faked at once: ${progress.passed ? "passes" : "fails"}`,
        );
        break;
    }
  };
}
