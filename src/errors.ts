// SPDX-License-Identifier: GPL-3.0-or-later

/** The exit statuses of every command: 0 done, 1 a finding, 2 usage or input, 3 environment, 4 the workload itself fails. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4;

/** An error whose message is a sentence for a person: what is wrong, where, and the way out. */
export class LoupeError extends Error {
  override readonly name: string = "LoupeError";

  constructor(
    message: string,
    readonly exitStatus: ExitStatus,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Wrong options or unusable input files. */
export class UsageError extends LoupeError {
  override readonly name: string = "UsageError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, 2, options);
  }
}

/** This machine cannot do what was asked: a missing permission, a missing program, a full disk. */
export class EnvironmentError extends LoupeError {
  override readonly name: string = "EnvironmentError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, 3, options);
  }
}

/** The tracer failed or its record of a run is incomplete, so that no conclusion may be drawn from it. */
export class TracerError extends LoupeError {
  override readonly name: string = "TracerError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, 3, options);
  }
}

/** The user (Ctrl-C) or a caller ended the work; what had finished is kept. */
export class InterruptedError extends LoupeError {
  override readonly name: string = "InterruptedError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, 3, options);
  }
}
