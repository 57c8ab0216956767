// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import type { CountRequest } from "./rate-limits.js";
import type { ServerLimits } from "./settings.js";
import type { TokenFile } from "./tokens.js";

/** What takes submissions: a connection of its own, so that nobody who reads waits for a writer. */
export interface SubmissionDesk {
  readonly store: Store;
  readonly tokens: TokenFile;
}

/** What the routes of a server work with. */
export interface ServerContext {
  /** For reading. */
  readonly store: Store;
  /** Absent: the server only reads. */
  readonly desk: SubmissionDesk | undefined;
  readonly limits: ServerLimits;
  readonly countSubmission: CountRequest;
}

declare module "fastify" {
  interface FastifyRequest {
    /** The name of the token that the request came with. */
    submitter: string | undefined;
  }
}
