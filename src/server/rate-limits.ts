// SPDX-License-Identifier: GPL-3.0-or-later
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "./replies.js";
import type { ServerLimits } from "./settings.js";

const MINUTE_MILLISECONDS = 60_000;

/** Counts a request, or throws Refusal where it is one too many. */
export type CountRequest = (request: FastifyRequest) => Promise<void>;

export interface RateLimits {
  /** For every request, by address: what is asked for without a token costs something, too. */
  readonly byAddress: CountRequest;
  /** For submissions, by token. */
  readonly byToken: CountRequest;
}

type Limiter = ReturnType<FastifyInstance["createRateLimit"]>;

async function enforce(limiter: Limiter, request: FastifyRequest, what: string): Promise<void> {
  const result = await limiter(request);
  if (!result.isAllowed && result.isExceeded) {
    throw new Refusal(429, `more than ${result.max} ${what} in a minute; go on in ${result.ttlInSeconds} s`, {
      "retry-after": String(Math.max(1, result.ttlInSeconds)),
      connection: "close",
    });
  }
}

/** Makes the limits of a server that has @fastify/rate-limit. */
export function makeRateLimits(app: FastifyInstance, limits: ServerLimits): RateLimits {
  const addresses = app.createRateLimit({ max: limits.requestsPerMinute, timeWindow: MINUTE_MILLISECONDS });
  const tokens = app.createRateLimit({
    max: limits.submissionsPerMinute,
    timeWindow: MINUTE_MILLISECONDS,
    keyGenerator: ({ submitter }) => submitter ?? "",
  });
  return {
    byAddress: (request) => enforce(addresses, request, "requests from one address"),
    byToken: (request) => enforce(tokens, request, "manifests with one token"),
  };
}
