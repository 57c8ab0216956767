// SPDX-License-Identifier: GPL-3.0-or-later
import { formatProgress, formatTimeLeft, type News } from "./describe.js";
import { type AnalysisPlan, phaseBegunBy } from "./phases.js";
import type { ProgressDisplay } from "./progress-display.js";

/** Where no terminal is, a log wants to see that something moves, not every run. */
const QUIET_MILLISECONDS = 10_000;

/** What the plain displays write with, and the clock in milliseconds. */
export interface PlainSettings {
  readonly write: (line: string) => void;
  readonly now: () => number;
}

function describeShortly(progress: News, { replicas }: AnalysisPlan): string {
  const line = formatProgress(progress);
  switch (progress.kind) {
    case "observed":
      return `${line}; running it ${replicas === 1 ? "once" : `${replicas} times`} as it is`;
    case "experiment":
      return progress.secondsLeft > 0 ? `${line}, ${formatTimeLeft(progress.secondsLeft)}` : line;
    default:
      return line;
  }
}

/** One line when a phase begins, and of everything else one line in ten seconds. */
export function makeQuietDisplay(plan: AnalysisPlan, { write, now }: PlainSettings): ProgressDisplay {
  let last = now();
  const say = (line: string): void => {
    last = now();
    write(line);
  };
  say("observing which features are used");
  return {
    listener: (progress) => {
      const begun = phaseBegunBy(progress);
      // The end is told by the result.
      if (progress.kind === "running" || begun === "done") {
        return;
      }
      if (begun !== undefined || progress.kind === "resumed" || now() - last >= QUIET_MILLISECONDS) {
        say(describeShortly(progress, plan));
      }
    },
    end: async () => undefined,
  };
}

/** One line for everything that ends. */
export function makeVerboseDisplay({ write }: Pick<PlainSettings, "write">): ProgressDisplay {
  return {
    listener: (progress) => {
      if (progress.kind !== "running") {
        write(formatProgress(progress));
      }
    },
    end: async () => undefined,
  };
}
