// SPDX-License-Identifier: GPL-3.0-or-later
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { openDatabase } from "../database/open-database.js";
import { EnvironmentError } from "../errors.js";
import { buildApp, type ServerLog } from "./build-app.js";
import type { SubmissionDesk } from "./server-context.js";
import type { ServerSettings } from "./settings.js";
import { TokenFile } from "./tokens.js";

/** Which database is served, and to whom. */
export interface ServerRequest {
  /** A file or a URL. */
  readonly database: string;
  /** Tokens of those who may submit; absent: nobody may. */
  readonly tokenFile: string | undefined;
  readonly settings: ServerSettings;
  readonly log: ServerLog;
}

/** A server that listens. */
export interface RunningServer {
  /** Where it listens. */
  readonly url: string;
  /** The database's name for people. */
  readonly location: string;
  /** How many may submit; undefined: it only reads. */
  readonly tokens: number | undefined;
  /** Lets requests end that have come, for a while, and closes everything. */
  stop(): Promise<void>;
}

async function listen(app: FastifyInstance, { host, port }: ServerSettings): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === "EADDRINUSE"
        ? "another program listens there; name another port"
        : code === "EACCES"
          ? "a port below 1024 is for root; name another one"
          : message;
    throw new EnvironmentError(`--listen ${host}:${port}: ${why}`, { cause });
  }
  const { address, port: chosen, family } = app.server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}`;
}

async function stopApp(app: FastifyInstance, milliseconds: number): Promise<void> {
  const over = new AbortController();
  const force = setTimeout(milliseconds, undefined, { signal: over.signal }).then(
    () => app.server.closeAllConnections(),
    () => undefined,
  );
  await app.close();
  over.abort();
  await force;
}

/**
 * Opens the database and serves it. Throws UsageError (a database or token file that is none), DatabaseError, or EnvironmentError (the
 * address cannot be listened on).
 */
export async function runServer({ database, tokenFile, settings, log }: ServerRequest): Promise<RunningServer> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.reverse()) {
      await one();
    }
  };
  const open = async (mode: "create" | "existing"): ReturnType<typeof openDatabase> => {
    const store = await openDatabase(database, mode, { lockWaitMilliseconds: settings.timeouts.lock });
    closing.push(() => store.close());
    return store;
  };
  try {
    let desk: SubmissionDesk | undefined;
    if (tokenFile !== undefined) {
      const tokens = await TokenFile.open(tokenFile);
      desk = { tokens, store: await open("create") };
    }
    const store = await open("existing");
    const app = await buildApp({ store, desk }, settings, log);
    closing.push(() => stopApp(app, settings.timeouts.stop));
    const url = await listen(app, settings);
    return { url, location: store.location, tokens: desk?.tokens.count, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}
