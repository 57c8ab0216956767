// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import type { Scratch } from "../support/scratch.js";

export const LOUPE = resolve("bin/loupe");

export interface Outcome {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Settings {
  /** Milliseconds after which the test gives up. */
  readonly timeout?: number;
  readonly environment?: Record<string, string>;
  /** Words before the program, such as one that takes privileges away. */
  readonly wrapper?: readonly string[];
  /** A signal that is sent once standard error has this text. */
  readonly interrupt?: { readonly after: string; readonly signal: NodeJS.Signals };
}

/** Runs bin/loupe in the scratch directory and checks that it leaves nothing behind. */
export async function loupe(scratch: Scratch, words: readonly string[], settings: Settings = {}): Promise<Outcome> {
  const [program = LOUPE, ...rest] = [...(settings.wrapper ?? []), LOUPE, ...words];
  const subprocess = execa(program, rest, {
    cwd: scratch.directory,
    env: { ...scratch.environment, ...settings.environment },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: settings.timeout ?? 150_000,
    // A command that is told to end takes the time that it needs.
    forceKillAfterDelay: false,
  });
  const { interrupt } = settings;
  if (interrupt !== undefined) {
    let seen = "";
    subprocess.stderr.on("data", (chunk: Buffer) => {
      const before = seen;
      seen += chunk.toString();
      if (!before.includes(interrupt.after) && seen.includes(interrupt.after)) {
        subprocess.kill(interrupt.signal);
      }
    });
  }
  const { exitCode, stdout, stderr, timedOut } = await subprocess;
  expect(timedOut, "loupe did not end").toBe(false);
  await scratch.expectNoProcessLeft();
  return { status: exitCode, stdout, stderr };
}
