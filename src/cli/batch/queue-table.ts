// SPDX-License-Identifier: GPL-3.0-or-later
import type { QueuedPackage } from "../../batch/queue/package-queue.js";
import { formatDuration } from "../progress/describe.js";
import { renderTable } from "../table.js";
import { cleanText } from "../terminal.js";
import { describeCounts, describeReason } from "./describe.js";

const POSITIONS: Readonly<Record<QueuedPackage["state"], string>> = {
  created: "waiting",
  retry: "waiting, again",
  active: "being measured",
  completed: "ended",
  cancelled: "refused",
  failed: "given up",
};

/** Every package of a queue with where it is, and how many there are of each. Ends with a newline. */
export function renderQueueTable(packages: readonly QueuedPackage[]): string {
  const counts = new Map<string, number>();
  const rows = packages.map(({ source, version, state, attempts, output }) => {
    const position = state === "completed" && output !== undefined ? output.outcome : POSITIONS[state];
    counts.set(position, (counts.get(position) ?? 0) + 1);
    return [
      cleanText(source),
      cleanText(version),
      position,
      String(attempts + 1),
      output === undefined ? "" : formatDuration(output.seconds),
      cleanText(output?.worker ?? ""),
      describeReason(output?.reason),
    ];
  });
  const columns = ["package", "version", "outcome", "attempt", "time", "worker", "why"].map((title) => ({ title }));
  return `${renderTable(columns, rows)}\n\n${packages.length} packages${describeCounts(counts)}\n`;
}
