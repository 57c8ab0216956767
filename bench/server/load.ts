// SPDX-License-Identifier: GPL-3.0-or-later
// Asks a server as often as it answers, by autocannon.
import autocannon from "autocannon";

/** What a server did under load. */
export interface LoadFigure {
  readonly what: string;
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly replyKibibytes: number;
  readonly statuses: string;
}

/** How it is asked. */
export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

function describeStatuses(result: autocannon.Result): string {
  const counts = Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => `${count} x ${status}`);
  return [...counts, ...(result.errors > 0 ? [`${result.errors} errors`] : [])].join(", ");
}

/** Runs autocannon. It ends with whole seconds, so that the time of the last reply is taken by a clock of our own. */
async function run(what: string, options: autocannon.Options): Promise<LoadFigure> {
  const started = performance.now();
  let last = started;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error: unknown, done) => (error ? reject(error) : resolve(done)));
    instance.on("response", () => {
      last = performance.now();
    });
  });
  const replies = Math.max(1, result.requests.total);
  return {
    what,
    requestsPerSecond: (1000 * replies) / (last - started),
    p50Milliseconds: result.latency.p50,
    p99Milliseconds: result.latency.p99,
    replyKibibytes: result.throughput.total / replies / 1024,
    statuses: describeStatuses(result),
  };
}

/** Asks the same things, one after the other, again and again. */
export async function loadByQuestions(
  what: string,
  url: string,
  paths: readonly string[],
  load: Load,
): Promise<LoadFigure> {
  return run(what, {
    url,
    connections: load.connections,
    duration: load.seconds,
    requests: paths.map((path) => ({ method: "GET" as const, path })),
  });
}

/** Submits each manifest once. */
export async function loadBySubmissions(
  what: string,
  url: string,
  token: string,
  manifests: readonly string[],
  { connections }: Load,
): Promise<LoadFigure> {
  let next = 0;
  return run(what, {
    url,
    connections,
    amount: manifests.length,
    requests: [
      {
        method: "POST" as const,
        path: "/api/v1/manifests",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        setupRequest: (request) => ({ ...request, body: manifests[next++ % manifests.length] ?? "" }),
      },
    ],
  });
}
