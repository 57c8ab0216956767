// SPDX-License-Identifier: GPL-3.0-or-later

import type { RunOptions } from "./run-options.js";
import type { RunResult } from "./run-result.js";
import { runServer } from "./run-server.js";
import { runSuite } from "./run-suite.js";
import type { Workload } from "./workload.js";

/**
 * Runs a workload once under the tracer and tells whether it passed: it exits 0 in time, and no considered process dies of
 * a signal that is not known. Throws InterruptedError, EnvironmentError and TracerError when there is no result.
 */
export async function runWorkload(workload: Workload, options: RunOptions): Promise<RunResult> {
  return workload.form === "server" ? runServer(workload, options) : runSuite(workload, options);
}
