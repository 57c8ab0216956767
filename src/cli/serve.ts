// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from "node:events";
import { UsageError } from "../errors.js";
import { type RunningServer, runServer } from "../server/run-server.js";
import { DEFAULT_ADDRESS, DEFAULT_LIMITS, DEFAULT_TIMEOUTS, type ServerSettings } from "../server/settings.js";
import { addToken } from "../server/tokens.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage, printResult } from "./output.js";
import type { ListenAddress } from "./sharing-commands.js";

/** The options of `loupe serve`. */
export interface ServeOptions {
  readonly db?: string;
  readonly listen?: ListenAddress;
  readonly tokenFile?: string;
  readonly trustProxy: readonly string[];
  readonly readRate?: number;
  readonly submitRate?: number;
  readonly quiet: boolean;
}

/** The options of `loupe serve token`. */
export interface TokenOptions {
  readonly tokenFile?: string;
}

function toSettings({ listen = DEFAULT_ADDRESS, trustProxy, readRate, submitRate }: ServeOptions): ServerSettings {
  return {
    ...listen,
    trustedProxies: trustProxy,
    limits: {
      ...DEFAULT_LIMITS,
      ...(readRate !== undefined && { requestsPerMinute: readRate }),
      ...(submitRate !== undefined && { submissionsPerMinute: submitRate }),
    },
    timeouts: DEFAULT_TIMEOUTS,
  };
}

function describe({ url, location, tokens }: RunningServer, tokenFile: string | undefined): string {
  const desk =
    tokens === undefined
      ? "to be read only: there is no --token-file"
      : `manifests are taken with ${tokens} token${tokens === 1 ? "" : "s"} of ${tokenFile}`;
  return `serving ${location} at ${url}; ${desk}`;
}

/**
 * `loupe serve`: serves a database until SIGTERM, SIGINT or SIGHUP comes; requests that have come by then are answered. Returns the exit
 * status. Throws LoupeError.
 */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const { db, tokenFile, quiet } = options;
  if (db === undefined) {
    throw new UsageError("which database? give --db FILE or --db postgres://..., or set LOUPE_DB");
  }
  return withInterrupt(async ({ signal }) => {
    const server = await runServer({
      database: db,
      tokenFile,
      settings: toSettings(options),
      log: { access: quiet ? () => undefined : printMessage, trouble: printMessage },
    });
    printMessage(describe(server, tokenFile));
    if (!signal.aborted) {
      await once(signal, "abort");
    }
    printMessage("stopping when what has been asked is answered");
    await server.stop();
    // Being told to end is how a server ends: nothing is wrong.
    return 0;
  });
}

/** `loupe serve token`: makes a token and prints it. Returns the exit status. Throws UsageError, EnvironmentError. */
export async function tokenCommand(name: string, { tokenFile }: TokenOptions): Promise<number> {
  if (tokenFile === undefined) {
    throw new UsageError("which file is the token for? give --token-file FILE, which loupe serve gets, too");
  }
  await printResult(`${await addToken(tokenFile, name)}\n`);
  printMessage(`${tokenFile}: ${name} may submit with this token, which is shown only now`);
  return 0;
}
