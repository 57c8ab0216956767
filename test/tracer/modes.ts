// SPDX-License-Identifier: GPL-3.0-or-later
// The ways of recording calls, and what each promises (docs/tracer-protocol.md).
import { statSync } from "node:fs";
import type { Way } from "./privileges.js";

export type Mode = "numbers" | "counts" | "step" | "ebpf";

/** The number of the first PID namespace, the same on every kernel (include/linux/proc_ns.h: PROC_PID_INIT_INO). */
const INITIAL_PID_NAMESPACE = 0xeffffffc;

/** bpf(2) for tracing is root's alone, in the initial user and PID namespaces: in a container these tests have no eBPF. */
export function modesOf(way: Way): Mode[] {
  return way === "root" && statSync("/proc/self/ns/pid").ino === INITIAL_PID_NAMESPACE
    ? ["numbers", "counts", "step", "ebpf"]
    : ["numbers", "counts", "step"];
}

/** Modes whose counts are those of the program; in `numbers` they are lower bounds. */
export function exactModesOf(way: Way): Mode[] {
  return modesOf(way).filter((mode) => mode !== "numbers");
}

/** Modes that see what a call returned. */
export const MODES_WITH_RESULTS: readonly Mode[] = ["counts", "step"];
