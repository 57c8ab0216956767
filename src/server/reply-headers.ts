// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A reply may be used so long without asking again; then it is asked whether it is still the same (ETag). */
const FRESH_SECONDS = 60;

/** A measurement never changes: its name is a hash of what it is. */
export const NEVER_CHANGES = "public, max-age=31536000, immutable";

/** On every reply. It is data, which no browser has to guess about, frame or run. */
const SAFETY = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
} as const;

/** Sets what is the same for all replies. */
export function setSafetyHeaders(_request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SAFETY);
}

/** Proxies that compress make an ETag a weak one; for our purposes it is the same. RFC 9110, 13.1.2. */
function names(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}

/** Gives a reply that was found an ETag; who has it already gets none of it. Returns the body. */
export function setCacheHeaders(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  if (request.method !== "GET" || reply.statusCode !== 200 || typeof body !== "string") {
    return body;
  }
  const etag = `"${createHash("sha256").update(body).digest("base64url")}"`;
  reply.header("etag", etag);
  if (!reply.hasHeader("cache-control")) {
    reply.header("cache-control", `public, max-age=${FRESH_SECONDS}`);
  }
  if (!names(request.headers["if-none-match"], etag)) {
    return body;
  }
  reply.code(304);
  return "";
}
