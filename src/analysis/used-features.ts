// SPDX-License-Identifier: GPL-3.0-or-later
import type { TraceReport } from "../tracing/trace-report.js";
import type { FeatureKind, UsedFeature } from "./feature.js";
import { listUsedSyscalls } from "./observed-features.js";
import { listUsedPseudoFiles } from "./pseudo-files.js";
import { listUsedSubFeatures } from "./sub-features/observed.js";

/** The features of these kinds that considered executables used, one kind after the other, each in the order of its names. */
export function listUsedFeatures(report: TraceReport, kinds: readonly FeatureKind[]): readonly UsedFeature[] {
  const list: Readonly<Record<FeatureKind, (report: TraceReport) => readonly UsedFeature[]>> = {
    syscall: listUsedSyscalls,
    "sub-feature": listUsedSubFeatures,
    "pseudo-file": listUsedPseudoFiles,
  };
  return kinds.flatMap((kind) => list[kind](report));
}
