// SPDX-License-Identifier: GPL-3.0-or-later
// The real server, on a port of its own of the loopback interface.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type RunningServer, runServer } from "../../../src/server/run-server.js";
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type ServerLimits,
  type ServerTimeouts,
} from "../../../src/server/settings.js";
import { addToken } from "../../../src/server/tokens.js";

/** What is different from a usual server. */
export interface ServerChanges {
  readonly limits?: Partial<ServerLimits>;
  readonly timeouts?: Partial<ServerTimeouts>;
  readonly trustedProxies?: readonly string[];
  /** Nobody may submit. */
  readonly readOnly?: true;
}

export interface TestServer extends RunningServer {
  readonly token: string;
  readonly tokenFile: string;
  /** What the server has told. */
  readonly access: string[];
  readonly troubles: string[];
}

/** Starts a server, which ends with the test. Limits of rates are out of the way unless they are changed. */
export async function startServer(database: string, changes: ServerChanges = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-server-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const tokenFile = join(directory, "tokens");
  const token = await addToken(tokenFile, "tester");
  const [access, troubles]: [string[], string[]] = [[], []];
  const server = await runServer({
    database,
    tokenFile: changes.readOnly ? undefined : tokenFile,
    settings: {
      host: "127.0.0.1",
      port: 0,
      trustedProxies: changes.trustedProxies ?? [],
      limits: { ...DEFAULT_LIMITS, requestsPerMinute: 100_000, submissionsPerMinute: 100_000, ...changes.limits },
      timeouts: { ...DEFAULT_TIMEOUTS, ...changes.timeouts },
    },
    log: { access: (line) => access.push(line), trouble: (words) => troubles.push(words) },
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= server.stop();
    return stopped;
  };
  onTestFinished(stop);
  return { ...server, stop, token, tokenFile, access, troubles };
}

/** Sends a body as a manifest. */
export async function submit(
  { url, token }: Pick<TestServer, "url" | "token">,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly reply: Record<string, unknown> }> {
  const response = await fetch(`${url}/api/v1/manifests`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: body as string,
  });
  return { status: response.status, reply: (await response.json()) as Record<string, unknown> };
}

/** Asks for something below /api/v1. */
export async function ask(
  { url }: Pick<TestServer, "url">,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string; readonly json: unknown }> {
  const response = await fetch(`${url}/api/v1/${path}`, { headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text) as unknown;
    },
  };
}
