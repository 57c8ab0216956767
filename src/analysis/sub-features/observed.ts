// SPDX-License-Identifier: GPL-3.0-or-later

import { compareText } from "../../compare-text.js";
import { nameSyscall } from "../../tracing/syscall-table.js";
import type { TraceReport } from "../../tracing/trace-report.js";
import type { UsedFeature } from "../feature.js";
import { executablePath, listConsidered } from "../observed-features.js";
import { toSubFeatures } from "./names.js";

/**
 * The sub-features that considered executables used, in the order of their names. The run has to have recorded what
 * `recordArguments` asks for. A call counts for each of its sub-features: an mmap() for its protection, type and flags.
 */
export function listUsedSubFeatures(report: TraceReport): readonly UsedFeature[] {
  const { architecture } = report.tracer;
  const used = new Map<string, { number: number; calls: number; executables: Set<string> }>();
  for (const executable of listConsidered(report)) {
    for (const recorded of executable.arguments.filter(({ abi }) => abi === architecture)) {
      for (const name of toSubFeatures(nameSyscall(architecture, recorded.number), recorded, architecture)) {
        const entry = used.get(name) ?? { number: recorded.number, calls: 0, executables: new Set() };
        entry.calls += recorded.calls;
        entry.executables.add(executablePath(executable));
        used.set(name, entry);
      }
    }
  }
  return [...used]
    .map(([name, { number, calls, executables }]) => ({
      feature: { kind: "sub-feature" as const, name, number },
      calls,
      executables: [...executables].sort(compareText),
    }))
    .sort((left, right) => compareText(left.feature.name, right.feature.name));
}
