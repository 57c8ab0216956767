// SPDX-License-Identifier: GPL-3.0-or-later
import type { Need } from "./need.js";

/** A package about which something is known. */
export interface MeasuredPackage {
  readonly name: string;
  /** Its binary packages, by which popcon may know it, sorted. */
  readonly binaries: readonly string[];
  /** The need of each system call that it uses, by name. */
  readonly needs: ReadonlyMap<string, Need>;
}

/** A package about which nothing is known: it may need anything, and is never counted as supported. */
export interface UnmeasuredPackage {
  readonly name: string;
  /** Why: the outcome of its analysis, or that there is none. */
  readonly reason: string;
}

/** What plans are made from. Both lists are sorted by name, and no name is in both or twice. */
export interface PackageNeeds {
  readonly measured: readonly MeasuredPackage[];
  readonly unmeasured: readonly UnmeasuredPackage[];
}

/** What it is worth that a package runs. */
export type WeighPackage = (measured: MeasuredPackage) => number;
