// SPDX-License-Identifier: GPL-3.0-or-later
import type { Outcome, WorkloadKind } from "../../database/tables.js";
import type { PackageView } from "./package-view.js";
import { countVerdicts, type VerdictCounts } from "./verdicts.js";

/** What lists say of a package. Of these there are as many in memory as there are packages. */
export interface PackageSummary {
  readonly name: string;
  readonly version: string;
  readonly outcome: Outcome;
  /** Of the system calls in the newest version, by the first kind of workload; undefined where no feature is known. */
  readonly calls: VerdictCounts | undefined;
  readonly workload: WorkloadKind | undefined;
}

/** The outcome that says most about a package: that of its verdicts, else that of the last measurement. */
export function summarizePackage({ name, measurements, groups }: PackageView): PackageSummary {
  const [group] = groups;
  const last = measurements.at(-1);
  return {
    name,
    version: group?.version ?? last?.version ?? "",
    outcome: group?.measurements[0]?.outcome ?? last?.outcome ?? "no-tests",
    calls: group && countVerdicts(group.features.filter(({ kind }) => kind === "syscall")),
    workload: group?.workload,
  };
}
