// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command, Environment } from "../tracing/trace-request.js";

/** What a workload stands for in the manifest. */
export type WorkloadKind = "suite" | "benchmark" | "check";

interface WorkloadBase {
  readonly kind: WorkloadKind;
  readonly command: Command;
  readonly directory: string;
  readonly environment: Environment;
}

/** A command that tells by its exit status whether it worked: a test suite. */
export interface SuiteWorkload extends WorkloadBase {
  readonly form: "suite";
}

/** An application that runs until it is ended, and the test script that drives it. */
export interface ServerWorkload extends WorkloadBase {
  readonly form: "server";
  readonly testScript: Command;
  /** Exits 0 as soon as the server is ready; without it, the server is ready when it listens on a socket. */
  readonly readyCommand?: Command;
}

export type Workload = SuiteWorkload | ServerWorkload;
