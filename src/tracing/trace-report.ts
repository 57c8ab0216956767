// SPDX-License-Identifier: GPL-3.0-or-later

/** System call tables that a process can use; `x86_64` and `aarch64` can be native. */
export type Abi = "x86_64" | "x32" | "i386" | "aarch64" | "arm";

/** The tracer and what the kernel lets it do here. */
export interface TracerCapabilities {
  readonly protocol: 1;
  readonly version: string;
  readonly architecture: "x86_64" | "aarch64";
  readonly kernel: string;
  /** Rules run in the kernel (PTRACE_O_SUSPEND_SECCOMP is allowed). */
  readonly suspend: boolean;
  readonly bpf: boolean;
  /** The run was in a sandbox of its own. */
  readonly sandbox: boolean;
}

/** How often each number (an errno, an exit status, a signal) occurred. */
export type Tally = ReadonlyMap<number, number>;

/** Results of a call as far as the discovery mode counts them. */
export interface CallResults {
  readonly zero: number;
  readonly positive: number;
  readonly errors: Tally;
}

/** One system call of one executable. */
export interface TracedCall {
  readonly abi: Abi;
  readonly number: number;
  /** Its name, or `syscall_0x...` where nobody knows one (as strace prints it). */
  readonly name: string;
  readonly calls: number;
  readonly interposed: number;
  readonly results?: CallResults;
}

/** How often a call was made with these (low 32 bits of) argument values. */
export interface TracedArguments {
  readonly abi: Abi;
  readonly number: number;
  readonly indexes: readonly number[];
  readonly values: readonly number[];
  readonly calls: number;
}

/** A path under /proc, /sys or /dev that was given to a call. */
export interface TracedPath {
  readonly abi: Abi;
  readonly number: number;
  readonly path: string;
  readonly calls: number;
  readonly errors?: Tally;
}

/** One executable (and script, where the executable is its interpreter) that was executed. */
export interface TracedExecutable {
  readonly id: number;
  readonly path: string;
  readonly script?: string;
  readonly considered: boolean;
  readonly execs: number;
  /** Those that were in no test script, where these were recorded. */
  readonly execsOutsideScripts?: number;
  /** execs plus forks without exec. */
  readonly processes: number;
  readonly exits: Tally;
  readonly signals: Tally;
  readonly abi: Abi;
  readonly peakResidentKiB?: number;
  readonly peakDescriptors?: number;
  readonly maps: readonly string[];
  readonly calls: readonly TracedCall[];
  readonly arguments: readonly TracedArguments[];
  readonly paths: readonly TracedPath[];
}

/** The interposed call that a process made last before it died. */
export interface LastInterposed {
  readonly abi: Abi;
  readonly number: number;
  readonly rule: number;
  readonly secondsBefore: number;
}

/** A considered process was killed by a signal. */
export interface TracedDeath {
  readonly pid: number;
  readonly executable: number;
  readonly path: string;
  readonly signal: number;
  /** Since the start of the run. */
  readonly seconds: number;
  readonly lastInterposed?: LastInterposed;
}

/** A considered process ended with a failure after calls of it had been interposed in the tracer, or as was not expected. */
export interface TracedExit {
  readonly pid: number;
  readonly executable: number;
  readonly path: string;
  readonly exitCode: number;
  /** Since the start of the run. */
  readonly seconds: number;
  readonly lastInterposed?: LastInterposed;
}

/** A considered process that was still there at the time limit after calls of it had been interposed in the tracer. */
export interface TracedHang {
  readonly pid: number;
  readonly executable: number;
  readonly path: string;
  readonly seconds: number;
  readonly lastInterposed: LastInterposed;
}

/** How a rule was used, as far as its calls stopped in the tracer; rules that were not are absent. */
export interface TracedRule {
  /** Its place among the rules of the request. */
  readonly rule: number;
  readonly interposed: number;
  /** When that happened first, since the start of the run. */
  readonly firstSeconds: number;
}

/** A test script of Automake's parallel harness, as its driver was started. */
export interface TracedScript {
  readonly directory: string;
  readonly arguments: readonly string[];
  /** NAME=VALUE each. */
  readonly environment: readonly string[];
  /** Descriptors above 2 that were open on the same as standard output (1) or standard error (2). */
  readonly copies: Tally;
  /** Since the start of the run. */
  readonly started: number;
  /** Absent where it had not ended when the run did. */
  readonly ended?: number;
  /** Whether a considered program was executed in it. */
  readonly considered: boolean;
  /** Whether a considered process was still there when it had ended. */
  readonly outlived: boolean;
}

/** A `warning` or `error` line. An error makes the record incomplete. */
export interface TracerMessage {
  readonly kind: string;
  readonly message: string;
  readonly pid?: number;
}

/** Why the run ended. */
export type EndReason =
  | "exited"
  | "signaled"
  | "time-limit"
  | "process-limit"
  | "memory-limit"
  | "death"
  | "exit"
  | "terminated"
  | "cannot-execute"
  | "environment"
  | "failed";

/** How the run ended; `exitCode` or `signal` are those of the command itself. */
export interface TraceEnd {
  readonly reason: EndReason;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly errno?: number;
  readonly message?: string;
  readonly seconds: number;
  /** User and system time of all processes. */
  readonly cpuSeconds: number;
  /** Processes that had to be ended after the command. */
  readonly leftOver: number;
}

/** All that the tracer tells about one run. */
export interface TraceReport {
  readonly tracer: TracerCapabilities;
  readonly executables: readonly TracedExecutable[];
  readonly deaths: readonly TracedDeath[];
  readonly exits: readonly TracedExit[];
  readonly hangs: readonly TracedHang[];
  readonly scripts: readonly TracedScript[];
  readonly rules: readonly TracedRule[];
  readonly warnings: readonly TracerMessage[];
  readonly errors: readonly TracerMessage[];
  readonly end: TraceEnd;
}

/** A finished run: the report, and the last output where it was kept. */
export interface TraceResult {
  readonly report: TraceReport;
  /** Standard output and standard error, in the order in which they arrived. */
  readonly outputTail: string;
  /** Where the streams were kept apart. */
  readonly stdoutTail?: string;
}
