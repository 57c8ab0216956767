// SPDX-License-Identifier: GPL-3.0-or-later
import type { FastifyReply, FastifyRequest } from "fastify";

const LONGEST_PATH = 200;

/**
 * A line for a request that has ended: who, what, the status, milliseconds, and the name of the token. Never a header or what follows "?":
 * somebody may have put a secret there by mistake.
 */
export function formatAccess(request: FastifyRequest, reply: FastifyReply): string {
  const path = (request.url.split("?")[0] ?? "").replace(/[^\x21-\x7e]/g, "?").slice(0, LONGEST_PATH);
  const who = request.submitter === undefined ? "" : ` token=${request.submitter}`;
  return `${request.ip} ${request.method} ${path} ${reply.statusCode} ${reply.elapsedTime.toFixed(0)}ms${who}`;
}
