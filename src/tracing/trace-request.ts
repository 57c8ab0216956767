// SPDX-License-Identifier: GPL-3.0-or-later

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Environment variables of a child, complete: nothing is inherited beside them. */
export type Environment = Readonly<Record<string, string>>;

/** Which executables count: absolute paths or globs (`*` matches `/` too), or all of them. */
export type ConsideredPatterns = readonly string[] | "all";

/** How calls of considered executables are recorded; see docs/tracer-protocol.md. */
export type DiscoverMode = "none" | "numbers" | "counts" | "step" | "ebpf";

/** What is answered instead of running a call. */
export type RuleAction =
  | { readonly kind: "stub" }
  | { readonly kind: "fake"; readonly value?: number }
  | { readonly kind: "errno"; readonly errno: number };

/** A condition on the low 32 bits of one argument (index 0-5). */
export interface ArgumentCondition {
  readonly index: number;
  readonly mask?: number;
  readonly value: number;
}

/** What a rule applies to: a call of the native architecture, or a pseudo-file. */
export type RuleTarget =
  | { readonly kind: "syscall"; readonly call: string | number; readonly conditions?: readonly ArgumentCondition[] }
  | { readonly kind: "path"; readonly path: string };

/** One interposition; of several that match, the first wins. */
export interface Rule {
  readonly action: RuleAction;
  readonly target: RuleTarget;
}

/** Arguments of a call whose values are counted: one or two indexes (0-5). */
export interface RecordedArguments {
  readonly call: string | number;
  readonly indexes: readonly [number] | readonly [number, number];
}

/**
 * What else the tracer records. `interposed` makes every interposed call stop in the tracer, which is slow; `scripts` are those of Automake's
 * parallel harness, with their environments.
 */
export type ExtraRecord = "paths" | "maps" | "interposed" | "scripts";

/**
 * Where a child's standard output and standard error go.
 * `tail`: both streams are read and only the last `keepBytes` are kept, however much is written. `together`: one pipe, which
 * keeps the order of what is written; `apart`: two pipes, so that standard output is also known alone. `file` receives the
 * output as it arrives, up to a limit (`LogFile`); `onOutput` is told of each piece, cut anywhere but within a character.
 */
export type OutputDestination =
  | { readonly kind: "inherit" }
  | { readonly kind: "ignore" }
  | { readonly kind: "stderr" }
  | {
      readonly kind: "tail";
      readonly streams: "together" | "apart";
      readonly keepBytes: number;
      readonly file?: string;
      readonly onOutput?: (text: string) => void;
    };

/** Namespaces of the run's own, in which nothing that it does survives; see docs/tracer-protocol.md, `--sandbox`. */
export interface Sandbox {
  /** Directories whose changes are thrown away at the end. */
  readonly overlays: readonly string[];
  /** What stays visible, and writable, below the directories that the sandbox empties (/tmp and the like). */
  readonly keep: readonly string[];
  /** How long it stays for commands that joined it, once its own has ended with success. */
  readonly holdSeconds?: number;
}

/** One run of a command under the tracer. */
export interface TraceRequest {
  readonly command: Command;
  /** The working directory of the command; default: ours. */
  readonly directory?: string;
  /** Default: our own environment. */
  readonly environment?: Environment;
  readonly considered: ConsideredPatterns;
  readonly discover: DiscoverMode;
  readonly rules?: readonly Rule[];
  readonly recordArguments?: readonly RecordedArguments[];
  readonly record?: readonly ExtraRecord[];
  /** Debuggers (paths or globs) that are let go together with their children. */
  readonly detach?: readonly string[];
  /** The whole tree is ended after this time. */
  readonly timeLimitSeconds?: number;
  readonly sandbox?: Sandbox;
  /** Run in the sandbox that holds this process; not together with `sandbox`. */
  readonly join?: number;
  /** End the tree as soon as a considered process is killed by a signal. */
  readonly endOnDeath?: boolean;
  /** End the tree as soon as a considered process exits with another status than these. */
  readonly expectedExits?: readonly number[];
  /** End the tree when more tasks are alive at once. */
  readonly processLimit?: number;
  /** End the tree when more memory is resident at once. */
  readonly memoryLimitKiB?: number;
  /** Time between SIGTERM and SIGKILL. */
  readonly graceSeconds?: number;
  /** How long descendants may outlive the command. */
  readonly lingerSeconds?: number;
  readonly stdin?: "inherit" | "ignore";
  readonly output: OutputDestination;
  /** Where the run's report and pipes are made; default: TMPDIR. */
  readonly scratchDirectory?: string;
  /** Aborting ends the tree (SIGTERM, then SIGKILL); the report of what happened until then is still returned. */
  readonly signal?: AbortSignal;
}
