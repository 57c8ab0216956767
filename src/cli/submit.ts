// SPDX-License-Identifier: GPL-3.0-or-later
import { ApiClient } from "../client/api-client.js";
import { readToken } from "../client/read-token.js";
import { isOpenToOthers, parseServerUrl } from "../client/server-url.js";
import { type SubmittedFile, submitFiles } from "../client/submit-files.js";
import { InterruptedError, UsageError } from "../errors.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage, printResult } from "./output.js";
import { cleanText } from "./terminal.js";

/** The options of `loupe submit`. */
export interface SubmitOptions {
  readonly server: string;
  readonly tokenFile?: string;
  readonly allowHttp: boolean;
  readonly json: boolean;
}

const REFUSED_STATUS = 2;

const WORDS = { added: "merged", unchanged: "was there" } as const;

function describe(submitted: SubmittedFile): string {
  const { file, result } = submitted;
  return result === "refused"
    ? `${cleanText(file)}: refused: ${cleanText(submitted.reason)}`
    : `${cleanText(file)}: ${WORDS[result]} (measurement ${submitted.measurement})`;
}

/**
 * `loupe submit`: sends manifests to a server, and prints what became of each. Returns the exit status: 2 where one was refused. Throws
 * ServerError or NotAllowedError where the server takes no more.
 */
export async function submitCommand(paths: readonly string[], options: SubmitOptions): Promise<number> {
  const server = parseServerUrl(options.server);
  if (isOpenToOthers(server) && !options.allowHttp) {
    throw new UsageError(
      `--server ${server.href}: the token could be read on the way; use https://, or --allow-http in a network that you trust`,
    );
  }
  const token = await readToken(options.tokenFile);
  return withInterrupt(async (interrupt) => {
    const ended: SubmittedFile[] = [];
    try {
      await submitFiles(new ApiClient(server, interrupt.signal), paths, token, async (submitted) => {
        ended.push(submitted);
        if (!options.json) {
          await printResult(`${describe(submitted)}\n`);
        }
      });
    } catch (error) {
      if (error instanceof InterruptedError) {
        printMessage("interrupted; the same command goes on: what the server has is not merged twice");
        return interrupt.exitStatus() ?? error.exitStatus;
      }
      throw error;
    } finally {
      if (options.json) {
        await printResult(`${JSON.stringify(ended, null, 2)}\n`);
      }
    }
    return ended.some(({ result }) => result === "refused") ? REFUSED_STATUS : 0;
  });
}
