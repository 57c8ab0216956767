// SPDX-License-Identifier: GPL-3.0-or-later
import type { EndedEntry } from "../../batch/journal.js";
import { nameOf } from "../../batch/package-run.js";
import { formatDuration } from "../progress/describe.js";
import { cleanText } from "../terminal.js";

/** The first line of a reason, as it can be shown. */
export function describeReason(reason: string | undefined): string {
  return cleanText((reason ?? "").split("\n")[0] ?? "").replace(/; its last lines:$/, "");
}

/** How many features are used and required; nothing where that is not known. */
export function describeFeatures({ outcome, features, required }: EndedEntry): string {
  if (features === undefined || (outcome !== "analyzed" && outcome !== "observed")) {
    return "";
  }
  return outcome === "observed" ? `${features} used` : `${features} used, ${required} required`;
}

/** One line for a package that has ended. */
export function describeEnded(entry: EndedEntry): string {
  const details = [describeFeatures(entry), describeReason(entry.reason)].filter((text) => text !== "").join(": ");
  const time = entry.seconds > 0 ? ` (${formatDuration(entry.seconds)})` : "";
  return `${cleanText(nameOf(entry))}: ${entry.outcome}${time}${details === "" ? "" : `: ${details}`}`;
}

/** `; 3 analyzed, 1 build-fails`, the most frequent first. */
export function describeCounts(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, left], [, right]) => right - left);
  return sorted.length === 0 ? "" : `; ${sorted.map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`;
}
