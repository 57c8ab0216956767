// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../../analysis/feature.js";

// The format of github.com/unikraft/loupedb, the database of the paper's authors:
// APPLICATION/(benchmark-NAME|suite|suite-NAME)/(HASH|imported)/{cmd.txt,Dockerfile.*,data/{dyn,static_binary,static_sources}.csv}

export const DYNAMIC_HEADER = "# syscall, used, works faked, works stubbed, works both";
export const STATIC_HEADER = "# syscall, used";

/** Files of more than this are no data of this format: its largest ones have 6 kB. */
export const LARGEST_FILE_BYTES = 1024 * 1024;

/** Tables of the format go to this number: rseq, the last one before the numbers that all architectures share. */
export const LAST_TABLE_NUMBER = 334;

/** One run of a workload: what its directory holds. */
export interface LoupedbRun {
  readonly application: string;
  readonly workload: LoupedbWorkload;
  /** The name of the directory: a hash, or "imported". */
  readonly run: string;
  /** How the run was started, where that is known. */
  readonly command: string | null;
  readonly dockerfile: string | null;
  /** Verdicts of used calls by their x86-64 number, in its order; null where there is no dyn.csv. */
  readonly verdicts: readonly LoupedbVerdict[] | null;
  /** Numbers of calls that static analysis of the machine code found, in their order; null where there was none. */
  readonly staticBinary: readonly number[] | null;
  readonly staticSources: readonly number[] | null;
}

export interface LoupedbWorkload {
  readonly kind: "suite" | "benchmark";
  /** Empty for "suite" alone. */
  readonly name: string;
}

export interface LoupedbVerdict {
  readonly number: number;
  readonly verdict: Verdict;
}

/** Something in a database that is not as its format says. What it was taken for is said. */
export interface Irregularity {
  readonly file: string;
  /** Counted from 1; none where it is about the whole file. */
  readonly line?: number;
  readonly message: string;
}

export type ReportIrregularity = (irregularity: Irregularity) => void;

/** The name of a workload's directory. */
export function nameWorkload({ kind, name }: LoupedbWorkload): string {
  return name === "" ? kind : `${kind}-${name}`;
}

/** Understands the name of a workload's directory; undefined where it is none. */
export function parseWorkload(directory: string): LoupedbWorkload | undefined {
  const [, kind, name = ""] = /^(suite|benchmark)(?:-(.+))?$/s.exec(directory) ?? [];
  if (kind === undefined || (kind === "benchmark" && name === "")) {
    return undefined;
  }
  return { kind: kind as LoupedbWorkload["kind"], name };
}

/** FILE:LINE: MESSAGE, as compilers write it. */
export function formatIrregularity({ file, line, message }: Irregularity): string {
  return `${file}:${line === undefined ? "" : `${line}:`} ${message}`;
}
