// SPDX-License-Identifier: GPL-3.0-or-later
import type { Manifest } from "../manifest/schema.js";
import type { BatchOutcome } from "./outcome.js";

/** The parts of a package's way, in their order; sbuild does all from dependencies to analysis in a chroot. */
export const STAGES = ["fetch", "dependencies", "build", "analysis", "sbuild", "static"] as const;

export type Stage = (typeof STAGES)[number];

/** What came of a package. */
export interface MeasuredPackage {
  readonly outcome: BatchOutcome;
  /** Why there are no verdicts. */
  readonly reason?: string;
  /** The machine or the mirror failed, and may be well later. */
  readonly passing: boolean;
  readonly manifest?: Manifest;
  /** How long each stage took that was begun. */
  readonly stageSeconds: Readonly<Partial<Record<Stage, number>>>;
}

/** Ends a package's way: what would follow cannot be. */
export class StageFailure extends Error {
  override readonly name = "StageFailure";

  constructor(
    readonly outcome: BatchOutcome,
    readonly reason: string,
    readonly passing: boolean = false,
  ) {
    super(reason);
  }
}
