// SPDX-License-Identifier: GPL-3.0-or-later
// The ways of recording calls, and what each promises (docs/tracer-protocol.md).
import type { Way } from "./privileges.js";

export type Mode = "numbers" | "counts" | "step" | "ebpf";

/** bpf(2) for tracing is root's alone, in the initial user namespace. */
export function modesOf(way: Way): Mode[] {
  return way === "root" ? ["numbers", "counts", "step", "ebpf"] : ["numbers", "counts", "step"];
}

/** Modes whose counts are those of the program; in `numbers` they are lower bounds. */
export function exactModesOf(way: Way): Mode[] {
  return modesOf(way).filter((mode) => mode !== "numbers");
}

/** Modes that see what a call returned. */
export const MODES_WITH_RESULTS: readonly Mode[] = ["counts", "step"];
