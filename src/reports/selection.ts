// SPDX-License-Identifier: GPL-3.0-or-later
import type { WorkloadKind } from "../database/tables.js";

/** What a figure is about. */
export interface FigureSelection {
  readonly workload: WorkloadKind;
  /** Default: all. */
  readonly packages?: readonly string[];
}
