// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { numberSyscall } from "../tracing/syscall-table.js";
import type { LoaderKind } from "./always-allowed.js";
import { assembleBpf, compilePolicy } from "./bpf.js";
import { toOciSeccomp } from "./oci.js";
import { EXPORT_ARCHITECTURE, type Policy } from "./policy.js";
import { toSystemdUnit } from "./systemd.js";

/** A way to write a policy down. */
export interface ExportFormat {
  /** Who installs the filter, and so what it must allow beside the programs' own calls. */
  readonly loader: LoaderKind;
  readonly content: "text" | "bytes";
  /** Throws UsageError for what the format cannot say. */
  write(policy: Policy): string | Uint8Array;
}

function requireNames({ allowed, unavailable }: Policy): void {
  const unnamed = [...allowed, ...unavailable].find(
    ({ name }) => numberSyscall(EXPORT_ARCHITECTURE, name) === undefined,
  );
  if (unnamed !== undefined) {
    throw new UsageError(`${unnamed.name} has no name, and this format knows calls by name alone; use seccomp-bpf`);
  }
}

/** The formats of `loupe export` by name. */
export const FORMATS = {
  "seccomp-oci": {
    loader: "container-runtime",
    content: "text",
    write: (policy) => {
      requireNames(policy);
      return `${JSON.stringify(toOciSeccomp(policy), null, 2)}\n`;
    },
  },
  systemd: {
    loader: "exec",
    content: "text",
    write: (policy) => {
      requireNames(policy);
      return toSystemdUnit(policy);
    },
  },
  "seccomp-bpf": {
    loader: "exec",
    content: "bytes",
    write: (policy) => assembleBpf(compilePolicy(policy)),
  },
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type FormatName = keyof typeof FORMATS;
