// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { z } from "zod";
import type { SourcePackage } from "../../debian/apt/fetch-source.js";
import { VERSION } from "../../version.js";
import { batchOutcome } from "../outcome.js";

/** The queues of all versions begin so: results of different versions must not be mixed without notice. */
const QUEUE_PREFIX = "loupe-batch-";

/** The queue of this version. */
export const QUEUE = `${QUEUE_PREFIX}${VERSION}`;

/** A worker that has not been heard from for so long is lost. */
export const DEFAULT_LEASE_SECONDS = 120;

/** The version of Loupe that a queue is for; undefined for somebody else's queue. */
export function versionOfQueue(name: string): string | undefined {
  return name.startsWith(QUEUE_PREFIX) ? name.slice(QUEUE_PREFIX.length) : undefined;
}

/** What a worker is to do. */
export const jobData = z.strictObject({
  source: z.string().min(1),
  version: z.string().min(1),
  /** Options of dh_loupe. */
  analysisOptions: z.array(z.string()),
});

export type JobData = Readonly<z.infer<typeof jobData>>;

/** What a worker says of a job that it has ended. */
export const jobOutput = z.object({
  outcome: batchOutcome,
  reason: z.string().optional(),
  seconds: z.number(),
  worker: z.string(),
  features: z.number().optional(),
  required: z.number().optional(),
});

export type JobOutput = Readonly<z.infer<typeof jobOutput>>;

/** The same build measured in the same way has the same name (a UUID from a hash), so that it is in the queue once. */
export function identifyJob({ source, version }: SourcePackage, analysisOptions: readonly string[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([QUEUE, source, version, analysisOptions]))
    .digest("hex");
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 15),
    hash.slice(15, 18),
    hash.slice(18, 30),
  ];
  // Version 8 and variant 10 (RFC 9562): made by a rule of our own.
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
