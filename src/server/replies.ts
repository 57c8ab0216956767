// SPDX-License-Identifier: GPL-3.0-or-later
// What went wrong, as a reply: a status and a sentence, which says nothing of this machine.
import type { FastifyError, FastifyReply } from "fastify";
import { DatabaseError, type DatabaseFault } from "../database/database-error.js";
import { UsageError } from "../errors.js";

/** Ends a request. `retryAfter` in seconds: the same request may do well then. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly statusCode: number,
    sentence: string,
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(sentence, options);
  }
}

const FAULTS: Readonly<Record<DatabaseFault, { readonly words: string; readonly retryAfter: number }>> = {
  locked: { words: "another program is writing to it", retryAfter: 5 },
  full: { words: "there is no space left for it", retryAfter: 300 },
  unreachable: { words: "its server cannot be reached", retryAfter: 30 },
  unwritable: { words: "it cannot be written", retryAfter: 300 },
  damaged: { words: "it is damaged", retryAfter: 300 },
};

function refuseForDatabase(error: DatabaseError): Refusal {
  const { words, retryAfter } = FAULTS[error.fault];
  const sentence = `the database cannot be used at the moment: ${words}; nothing was changed, try again later`;
  return new Refusal(503, sentence, { "retry-after": String(retryAfter) }, { cause: error });
}

/** What fastify says, in our words where it has codes for machines in it. */
function refuseForProtocol(error: FastifyError): Refusal {
  const { code, message, statusCode = 500 } = error;
  const close = { connection: "close" };
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Refusal(413, "the manifest is too large for this server", close, { cause: error });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new Refusal(415, "a manifest is sent as application/json", close, { cause: error });
    case "FST_ERR_HANDLER_TIMEOUT":
      return new Refusal(
        503,
        "it takes too long at the moment; try again later",
        { "retry-after": "30" },
        { cause: error },
      );
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new Refusal(400, "a name in the address is too long", {}, { cause: error });
    case "FST_ERR_VALIDATION":
      return new Refusal(400, message, {}, { cause: error });
    default:
      return statusCode < 500
        ? new Refusal(statusCode, message, close, { cause: error })
        : new Refusal(500, "an error of the server, which is in its log", {}, { cause: error });
  }
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  if (error instanceof DatabaseError) {
    return refuseForDatabase(error);
  }
  if (error instanceof UsageError) {
    // Of a database that is another one now, or no longer lets us in: nothing that a client could do otherwise.
    const sentence = "the database cannot be used; whoever runs this server finds out why in its log";
    return new Refusal(503, sentence, { "retry-after": "300" }, { cause: error });
  }
  return refuseForProtocol(error as FastifyError);
}

/** Replies to a request with what went wrong. `tell` hears of what whoever runs the server has to know. */
export function replyWithError(error: unknown, reply: FastifyReply, tell: (words: string) => void): void {
  const refusal = toRefusal(error);
  if (refusal.statusCode >= 500) {
    const { cause } = refusal;
    tell(cause instanceof Error && refusal.statusCode === 500 ? (cause.stack ?? cause.message) : describe(refusal));
  }
  reply.code(refusal.statusCode).headers(refusal.headers).header("cache-control", "no-store");
  reply.send({ error: refusal.message });
}

function describe({ cause, message }: Refusal): string {
  return cause instanceof Error ? cause.message : message;
}
