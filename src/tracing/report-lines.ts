// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";

const count = z.number().int().nonnegative();
const id = z.number().int();
const abi = z.enum(["x86_64", "x32", "i386", "aarch64", "arm"]);
const tally = z
  .record(z.string().regex(/^\d{1,10}$/), count)
  .transform((object) => new Map(Object.entries(object).map(([key, value]) => [Number(key), value])));

const tracer = z.object({
  type: z.literal("tracer"),
  protocol: z.literal(1),
  version: z.string(),
  architecture: z.enum(["x86_64", "aarch64"]),
  kernel: z.string(),
  suspend: z.boolean(),
  bpf: z.boolean(),
  sandbox: z.boolean().default(false),
});

const interposed = z.object({ abi, nr: id, rule: count, secondsBefore: z.number() });

const death = z.object({
  type: z.literal("death"),
  pid: id,
  executable: id,
  path: z.string(),
  signal: count,
  seconds: z.number(),
  lastInterposed: interposed.optional(),
});

const exit = z.object({
  type: z.literal("exit"),
  pid: id,
  executable: id,
  path: z.string(),
  exitCode: count,
  seconds: z.number(),
  lastInterposed: interposed.optional(),
});

const hang = z.object({
  type: z.literal("hang"),
  pid: id,
  executable: id,
  path: z.string(),
  seconds: z.number(),
  lastInterposed: interposed,
});

const message = z.object({
  type: z.enum(["warning", "error"]),
  kind: z.string(),
  message: z.string(),
  pid: id.optional(),
});

const executable = z.object({
  type: z.literal("executable"),
  id,
  path: z.string(),
  script: z.string().optional(),
  considered: z.boolean(),
  execs: count,
  execsOutsideScripts: count.optional(),
  processes: count,
  exits: tally.optional(),
  signals: tally.optional(),
  abi,
  peakResidentKiB: count.optional(),
  peakDescriptors: count.optional(),
  maps: z.array(z.string()).optional(),
});

const call = z.object({
  type: z.literal("call"),
  executable: id,
  abi,
  nr: id,
  name: z.string().optional(),
  calls: count,
  zero: count.optional(),
  positive: count.optional(),
  errors: tally.optional(),
  interposed: count.default(0),
});

const argument = z.object({
  type: z.literal("argument"),
  executable: id,
  abi,
  nr: id,
  arguments: z.array(z.number().int().min(0).max(5)).min(1).max(2),
  values: z.array(z.number().int()).min(1).max(2),
  calls: count,
});

const path = z.object({
  type: z.literal("path"),
  executable: id,
  abi,
  nr: id,
  path: z.string(),
  calls: count,
  errors: tally.optional(),
});

const script = z.object({
  type: z.literal("script"),
  directory: z.string(),
  arguments: z.array(z.string()),
  environment: z.array(z.string()),
  copies: tally,
  started: z.number(),
  ended: z.number().optional(),
  considered: z.boolean(),
  outlived: z.boolean(),
});

const rule = z.object({ type: z.literal("rule"), rule: count, interposed: count, first: z.number() });

const end = z.object({
  type: z.literal("end"),
  reason: z.enum([
    "exited",
    "signaled",
    "time-limit",
    "process-limit",
    "memory-limit",
    "death",
    "exit",
    "terminated",
    "cannot-execute",
    "environment",
    "failed",
  ]),
  exitCode: z.number().int().nullable(),
  signal: z.number().int().nullable(),
  errno: z.number().int().optional(),
  message: z.string().optional(),
  // Absent where no command was started.
  seconds: z.number().nonnegative().default(0),
  cpuSeconds: z.number().nonnegative().default(0),
  leftOver: count.default(0),
});

/** One line of a report, as docs/tracer-protocol.md describes it. */
export const reportLine = z.discriminatedUnion("type", [
  tracer,
  death,
  exit,
  hang,
  message,
  executable,
  call,
  argument,
  path,
  script,
  rule,
  end,
]);

export type ReportLine = z.infer<typeof reportLine>;

/** The types of line that this version understands; others are to be ignored. */
export const KNOWN_TYPES: ReadonlySet<string> = new Set([
  "tracer",
  "death",
  "exit",
  "hang",
  "warning",
  "error",
  "executable",
  "call",
  "argument",
  "path",
  "script",
  "rule",
  "end",
]);
