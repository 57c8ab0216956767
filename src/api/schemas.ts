// SPDX-License-Identifier: GPL-3.0-or-later
// What a server of a usage database and those who ask it say to each other, as JSON: the server describes its replies by these schemas
// (OpenAPI), and a client believes no reply that does not have their shape.
import { z } from "zod";
import { OUTCOMES } from "../manifest/schema.js";

/** Below this path is everything of the first version of the interface: add to it, and change nothing. */
export const API_PREFIX = "/api/v1";

const count = z.number().int().nonnegative();
const nullableCount = count.nullable();
const nullableText = z.string().nullable();

export const featureKind = z.enum(["syscall", "sub-feature", "pseudo-file"]);
export const verdict = z.enum(["required", "stub", "fake", "any"]);
export const workloadKind = z.enum(["suite", "benchmark", "check"]);
export const origin = z
  .enum(["debian", "program", "loupedb"])
  .describe("a Debian source package, a program without one, or an application of a loupedb database");

/** The outcomes of manifests; static: nothing was run. */
export const outcome = z.enum([...OUTCOMES, "static"]);

/** The name of a measurement: half of the SHA-256 of its canonical manifest. */
export const measurementName = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .describe("the first half of the SHA-256 of the manifest, in hexadecimal digits");

const next = z.string().nullable().describe("give it as `after` to get the next page; null: this is the last one");

/** Every reply that is no answer: why. */
export const failure = z.object({ error: z.string().describe("a sentence for a person") });

export const health = z.object({
  status: z.literal("ok"),
  version: z.string().describe("of Loupe"),
  submissions: z.boolean().describe("whether the server takes manifests"),
});

export const packagePage = z.object({ packages: z.array(z.string()), next });

export const measurement = z.object({
  measurement: measurementName,
  package: z.string(),
  origin,
  version: z.string().describe("empty for programs without one"),
  architecture: z.string().describe("empty for programs without a package"),
  workload: workloadKind,
  command: z.string().describe("what was run, as words of a shell"),
  outcome,
  reason: nullableText.describe("why there are no verdicts"),
  testFormat: nullableText,
  testsPassed: nullableCount,
  durationSeconds: z.number().nullable(),
  kernel: nullableText,
  tool: nullableText,
  libc: nullableText,
  strategy: nullableText,
  replicas: nullableCount,
  runs: nullableCount,
});

export const measurementPage = z.object({ package: z.string(), measurements: z.array(measurement), next });

const featureUsage = z.object({
  kind: featureKind,
  name: z.string(),
  number: nullableCount.describe("in the native system call table"),
  verdict: verdict.nullable().describe("null: it was only observed"),
  usedIn: count.describe("measurements that used it"),
  judgedIn: count.describe("measurements that tried to do without it"),
  stubWorksIn: count,
  fakeWorksIn: count,
});

const packageUsage = z.object({
  package: z.string(),
  origin,
  version: z.string(),
  architecture: z.string(),
  workload: workloadKind,
  newest: z.boolean().describe("no newer version was measured for this architecture and workload"),
  measurements: count.describe("how many this rests on"),
  features: z.array(featureUsage),
});

/** As `loupe usage --json` writes it. */
export const usage = z.object({ packages: z.array(packageUsage) });

const featureImportance = z.object({
  kind: featureKind,
  name: z.string(),
  usedBy: count,
  requiredBy: count,
  stubBy: count,
  fakeBy: count,
  anyBy: count,
  unknownFor: count.describe("packages that were only observed"),
});

export const importance = z.object({
  workload: workloadKind,
  packages: count.describe("packages with a measurement by this kind of workload"),
  features: z.array(featureImportance).describe("the most often required first"),
});

const featureUser = z.object({
  package: z.string(),
  origin,
  version: z.string(),
  architecture: z.string(),
  workload: workloadKind,
  verdict: verdict.nullable(),
  measurements: count,
  usedIn: count,
  judgedIn: count,
});

export const featureUserPage = z.object({
  kind: featureKind,
  name: z.string(),
  users: z.array(featureUser).describe("in their newest versions; a page may be empty without being the last one"),
  next,
});

export const searchResult = z.object({
  packages: z.array(z.string()),
  features: z.array(z.object({ kind: featureKind, name: z.string() })),
});

export const submission = z.object({
  result: z.enum(["added", "unchanged"]).describe("unchanged: the database had this very manifest"),
  measurement: measurementName,
});

export type MeasurementReply = z.infer<typeof measurement>;
export type MeasurementPageReply = z.infer<typeof measurementPage>;
export type UsageReply = z.infer<typeof usage>;
export type SubmissionReply = z.infer<typeof submission>;
