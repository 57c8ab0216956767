// SPDX-License-Identifier: GPL-3.0-or-later
import type { Phase, Progress } from "../../analysis/analysis.js";

/** A part of an analysis as a person sees it. */
export type ShownPhase = "observation" | "baseline" | Phase;

/** What is known of an analysis before it begins. */
export interface AnalysisPlan {
  readonly replicas: number;
  /** Whether impact is measured. */
  readonly impact: boolean;
}

/** The phases that there will be, in their order. */
export function listPhases({ impact }: AnalysisPlan): readonly ShownPhase[] {
  return ["observation", "baseline", "search", "confirmation", ...(impact ? (["impact"] as const) : [])];
}

/** The phase that begins with this news; `done` when the last one ends with it. */
export function phaseBegunBy(progress: Progress): ShownPhase | "done" | undefined {
  switch (progress.kind) {
    case "observed":
      return "baseline";
    case "phase":
      return progress.phase;
    case "confirmation":
      // It is told when nothing more is going to be run, after impact has been measured.
      return "done";
    default:
      return undefined;
  }
}
