// SPDX-License-Identifier: GPL-3.0-or-later
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Tells a command that it is to end. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Aborted by the second signal, for commands that only stop taking up work at the first. */
  readonly again: AbortSignal;
  /** 128 plus the number of the signal that came, as shells count; undefined as long as none came. */
  readonly exitStatus: () => number | undefined;
}

/**
 * Runs a command so that Ctrl-C, SIGTERM and SIGHUP abort it instead of killing us: everything that it started is ended
 * before we end. The same where nobody reads standard error any more (`loupe ... 2>&1 | head`): node ignores SIGPIPE, and an error
 * of writing that nobody handles would end us at once. A terminal that has been closed says EIO.
 */
export async function withInterrupt<Result>(run: (interrupt: Interrupt) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const again = new AbortController();
  let received: NodeJS.Signals | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (received !== undefined) {
      again.abort();
    }
    received ??= signal;
    controller.abort();
  };
  for (const signal of SIGNALS) {
    process.on(signal, listener);
  }
  // It stays: what is said while all is ended fails, too.
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") {
      listener("SIGPIPE");
    } else if (error.code === "EIO") {
      listener("SIGHUP");
    } else {
      throw error;
    }
  });
  try {
    return await run({
      signal: controller.signal,
      again: again.signal,
      exitStatus: () => (received === undefined ? undefined : 128 + constants.signals[received]),
    });
  } finally {
    for (const signal of SIGNALS) {
      process.off(signal, listener);
    }
  }
}
