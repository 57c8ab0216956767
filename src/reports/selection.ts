// SPDX-License-Identifier: GPL-3.0-or-later
import type { WorkloadKind } from "../database/tables.js";
import type { OsSupport } from "../planning/input/os-list.js";
import type { Architecture } from "../tracing/syscall-table.js";

/** Architectures whose system call tables are known, in Debian's words. */
export type DebianArchitecture = "amd64" | "arm64";

/** The architecture of figures that can only be about one, where none is chosen. */
export const DEFAULT_ARCHITECTURE: DebianArchitecture = "amd64";

/** What each is called by the kernel. */
export const KERNEL_ARCHITECTURES: Readonly<Record<DebianArchitecture, Architecture>> = {
  amd64: "x86_64",
  arm64: "aarch64",
};

/** A list of calls that an operating system supports, and what the system is called. */
export interface NamedSystem {
  readonly name: string;
  readonly support: OsSupport;
}

/** What a figure is about. */
export interface FigureSelection {
  readonly workload: WorkloadKind;
  /** Default: all. */
  readonly packages?: readonly string[];
  /** Default: all; for figures that are about one system call table, DEFAULT_ARCHITECTURE. */
  readonly architecture?: DebianArchitecture;
  /** The operating systems that support and savings are about. */
  readonly systems?: readonly NamedSystem[];
  /** The order in which an operating system really gained packages, for savings. */
  readonly organic?: readonly string[];
}
