// SPDX-License-Identifier: GPL-3.0-or-later
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { TracedDeath, TraceReport, TraceResult } from "../tracing/trace-report.js";
import { startTracer, type TracerProcess } from "../tracing/tracer.js";
import { ActivityWatch } from "./activity-watch.js";
import { judgeDeaths, judgeEnd, judgeExits } from "./judge.js";
import { LOG_TAIL_BYTES } from "./log.js";
import { QuietWatch } from "./quiet-watch.js";
import type { RunOptions } from "./run-options.js";
import type { RunFailure } from "./run-result.js";
import type { StartedServer } from "./script-request.js";
import { toTraceRequest } from "./trace-run.js";
import type { ServerWorkload } from "./workload.js";

/** How long a test script may go on when the server has ended with success. */
export const SCRIPT_GRACE_SECONDS = 10;

/** Our clock starts a little before the tracer's. */
const CLOCK_TOLERANCE_SECONDS = 0.5;

/** A sandbox ends with its first process, and that one's tracer as soon as the kernel has cleaned up. */
const ENDING_SECONDS = 5;

/** A server under the tracer whose end can be asked for without waiting. */
export class Server implements StartedServer {
  readonly #started = performance.now();
  readonly #process: TracerProcess;
  /** What the server does, and what drives it. */
  readonly activity = new ActivityWatch();
  #ended = false;
  #stoppedAtSeconds: number | undefined;
  readonly settled: Promise<void>;

  private constructor(
    readonly workload: ServerWorkload,
    readonly options: RunOptions,
    readonly quiet: QuietWatch,
    process: TracerProcess,
  ) {
    this.#process = process;
    this.activity.follow(process.pid);
    const markEnded = (): void => {
      this.#ended = true;
    };
    this.settled = process.result.then(markEnded, markEnded);
  }

  /** Throws what `startTracer` throws. */
  static async start(workload: ServerWorkload, options: RunOptions): Promise<Server> {
    const quiet = new QuietWatch();
    const process = await startTracer({
      ...toTraceRequest(workload, options),
      // The test script is in the same sandbox, and may be what shuts the server down.
      ...(options.sandbox && { sandbox: { ...options.sandbox, holdSeconds: SCRIPT_GRACE_SECONDS } }),
      timeLimitSeconds: options.timeLimitSeconds,
      // A server may put itself into the background: its first process ends, and the run goes on.
      lingerSeconds: options.timeLimitSeconds,
      output: { kind: "tail", streams: "together", keepBytes: LOG_TAIL_BYTES, onOutput: quiet.feed },
    }).catch((error: unknown) => {
      quiet.close();
      throw error;
    });
    return new Server(workload, options, quiet, process);
  }

  get tracerPid(): number {
    return this.#process.pid;
  }

  get sandboxed(): boolean {
    return this.options.sandbox !== undefined;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  async isEnding(): Promise<boolean> {
    await Promise.race([this.settled, sleep(ENDING_SECONDS * 1000, undefined, { ref: false })]);
    return this.#ended;
  }

  async stop(): Promise<TraceResult> {
    if (!this.#ended) {
      this.#stoppedAtSeconds = this.seconds;
      this.#process.stop();
    }
    return this.#process.result;
  }

  /** What the server's own end says, apart from our ending it. */
  judge(report: TraceReport): RunFailure | undefined {
    const isOurs = ({ signal, seconds }: TracedDeath): boolean =>
      this.#stoppedAtSeconds !== undefined &&
      seconds >= this.#stoppedAtSeconds - CLOCK_TOLERANCE_SECONDS &&
      (signal === constants.signals.SIGTERM || signal === constants.signals.SIGKILL);
    const death = judgeDeaths(
      report.deaths.filter((entry) => !isOurs(entry)),
      this.options.expected?.deaths,
    );
    const process = death ?? judgeExits(report.exits, this.options.expected?.exits);
    if (process !== undefined || this.#stoppedAtSeconds !== undefined) {
      return process;
    }
    const failure = judgeEnd(report.end, this.options.timeLimitSeconds);
    return failure?.kind === "command" ? { ...failure, kind: "server-ended" } : failure;
  }
}
