// SPDX-License-Identifier: GPL-3.0-or-later
import type { RunResult } from "../workload/run-result.js";
import type { ObservationRequest } from "./analysis.js";
import { listExecuted } from "./executables.js";

/** How many programs a sentence names. */
const LONGEST_LIST = 12;

function nameSome(paths: readonly string[]): string {
  const shown = paths.slice(0, LONGEST_LIST).join(", ");
  return paths.length > LONGEST_LIST ? `${shown} and ${paths.length - LONGEST_LIST} more` : shown;
}

/** Says that none of the programs that count ran, and what ran instead: programs of the workload's own tree, if any. */
export function explainNoTests(request: ObservationRequest, observation: RunResult): string {
  const executed = listExecuted(observation.report);
  const inTree = executed.filter((path) => path.startsWith(`${request.workload.directory}/`));
  const patterns = request.considered.map(({ pattern }) => pattern);
  const wanted =
    patterns.length === 0 ? "there is no program to consider" : `no process executed ${nameSome(patterns)}`;
  const suggestion =
    inTree.length > 0
      ? `; programs of its own tree that ran, to be named with --consider: ${nameSome(inTree)}`
      : `; what ran: ${nameSome(executed)}`;
  return `${wanted}${suggestion}`;
}
