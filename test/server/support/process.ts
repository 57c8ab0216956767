// SPDX-License-Identifier: GPL-3.0-or-later
// `loupe serve` as a process of its own.
import { mkdir } from "node:fs/promises";
import { execa } from "execa";
import { expect, onTestFinished } from "vitest";
import { LOUPE } from "../../cli/loupe.js";
import { Scratch } from "../../support/scratch.js";

export interface ServerProcess {
  readonly url: string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ readonly status: number | undefined; readonly stderr: string }>;
}

/** Starts `loupe serve` on a port that is free, and waits until it listens. */
export async function startProcess(
  scratch: Scratch,
  words: readonly string[],
  wrapper: readonly string[] = [],
): Promise<ServerProcess> {
  // What other commands leave behind is looked for while this one runs.
  const own = new Scratch(scratch.path("server-process"));
  await mkdir(own.directory);
  const [program = LOUPE, ...rest] = [...wrapper, LOUPE, "serve", "--listen", "127.0.0.1:0", ...words];
  const subprocess = execa(program, rest, {
    cwd: scratch.directory,
    env: own.environment,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    forceKillAfterDelay: false,
  });
  onTestFinished(() => void subprocess.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    let seen = "";
    subprocess.stderr.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      const [, found] = / at (http:\S+);/.exec(seen) ?? [];
      if (found !== undefined) {
        resolve(found);
      }
    });
    void subprocess.then(({ stderr }) => reject(new Error(`loupe serve ended: ${stderr}`)));
  });
  return {
    url,
    end: async (signal) => {
      subprocess.kill(signal);
      const { exitCode, stdout, stderr } = await subprocess;
      expect(stdout).toBe("");
      await own.expectNoProcessLeft();
      return { status: exitCode, stderr };
    },
  };
}
