// SPDX-License-Identifier: GPL-3.0-or-later
import type { Phase, Progress } from "../../analysis/analysis.js";
import { cleanText } from "../terminal.js";

/** News worth a line of its own. */
export type News = Exclude<Progress, { readonly kind: "running" }>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** How long something took: `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  // 59.96 would be shown as 60.0.
  if (seconds < MINUTE - 0.05) {
    return formatSeconds(seconds);
  }
  const whole = Math.round(seconds);
  return whole < HOUR
    ? `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`
    : `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
}

/** How long it may still take, no more exactly than anybody can know. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 10) {
    return "a few seconds left";
  }
  if (seconds < 55) {
    return `about ${Math.ceil(seconds / 10) * 10} s left`;
  }
  const minutes = Math.max(1, Math.round(seconds / MINUTE));
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / MINUTE)} h left`;
}

/** What came out of a run: `stub getppid: works (0.1 s)`. */
export function describeRun({ description, works, seconds }: Extract<News, { readonly kind: "experiment" }>): string {
  return `${cleanText(description)}: ${works ? "works" : "fails"} (${formatSeconds(seconds)})`;
}

const PHASES: Readonly<Record<Phase, string>> = {
  search: "looking for what can be stubbed or faked",
  confirmation: "confirming it all at once",
  impact: "comparing memory, descriptors and the metric",
};

/** One line of news for a person. */
export function formatProgress(progress: News): string {
  switch (progress.kind) {
    case "observed":
      return `observed: ${progress.features} features are used (${formatSeconds(progress.seconds)})`;
    case "replica":
      return `baseline ${progress.done}/${progress.of} (${formatSeconds(progress.seconds)})`;
    case "experiment":
      return `${progress.done}/~${progress.of} ${describeRun(progress)}`;
    case "resumed":
      return `going on after ${progress.runs} finished runs`;
    case "phase":
      return PHASES[progress.phase];
    case "confirmation":
      return `confirmed together: ${progress.stubbed} stubbed, ${progress.faked} faked`;
  }
}
