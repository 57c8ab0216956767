// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";

/** The schema that this version writes and reads. */
export const MANIFEST_SCHEMA = "loupe-manifest/1";

const text = z.string().min(1);
const count = z.number().int().nonnegative();
const seconds = z.number().nonnegative().describe("wall-clock seconds, rounded to tenths");
const hexadecimal = z.string().regex(/^[0-9a-f]+$/);

const debianPackage = z.strictObject({
  source: text,
  version: text,
  architecture: text,
  binaries: z.array(text),
});

const plainProgram = z.strictObject({ name: text });

const environment = z.strictObject({
  kernel: text.describe("release of the kernel, as uname -r prints it"),
  tool: text.describe("name and version of what wrote this"),
  isolation: z.enum(["sandbox", "none"]).optional().describe("whether each run had namespaces and a tree of its own"),
  libc: text.nullable().describe("name and version of the C library, null where it is not known"),
  buildinfo: text.optional().describe("file name of the build's .buildinfo"),
});

const workload = z.strictObject({
  kind: z.enum(["suite", "benchmark", "check"]),
  command: z.array(z.string()).min(1),
  testScript: z.array(z.string()).min(1).optional().describe("what drove the command, where that is a server"),
  testFormat: z
    .enum(["exit-status", "automake", "autotest", "ctest", "meson", "tap", "pytest", "junit"])
    .describe("what told success: the exit status alone, or single tests in this format as well"),
  testsPassed: count.nullable().describe("null where no single tests can be read"),
  testsSetAside: z
    .array(text)
    .optional()
    .describe("tests whose outcome changes with nothing interposed, and that prove nothing"),
  durationSeconds: seconds.nullable().describe("the longest run with nothing interposed, rounded to tenths"),
});

const staticCalls = z.strictObject({
  syscalls: z.array(text).describe("names of calls in the code that may be reached, of its libraries, too"),
  unknown: z.array(text).describe("sentences about where there may be more; none: there are no more"),
});

const linkage = z.strictObject({
  form: z.enum(["dynamic", "static"]),
  interpreter: text.optional().describe("the dynamic loader that the file names (PT_INTERP)"),
  libc: z
    .enum(["glibc", "musl"])
    .nullable()
    .describe("the C library it is linked to, null where the file does not tell"),
});

const executable = z.strictObject({
  path: text,
  package: text.optional().describe("the binary package that ships it"),
  buildId: hexadecimal.nullable(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe("null where the file was gone after the run"),
  considered: z.enum(["shipped", "linked", "named"]),
  execs: count,
  linkage: linkage.optional().describe("absent for scripts, and where the file was gone after the run"),
  static: staticCalls.optional().describe("what its code says, where that was looked at (loupe static --add-to)"),
});

const resultUses = z.strictObject({
  function: text.describe("the function of the C library as it is called"),
  syscall: text,
  calls: count.describe("places in the source that call it"),
  checked: count.describe("places that compare the result, or decide by it"),
  passedOn: count.describe("places that return it, or hand it on"),
  stored: count.describe("places that keep it and do not look at it in the same function"),
  ignored: count,
});

const sources = z.strictObject({
  files: count.describe("files of C"),
  filesWithErrors: count.describe("files of which a part is not understood"),
  syscalls: z.array(text).describe("names of calls that the source makes by functions of the C library"),
  computed: count.describe("places that call syscall() with something that is no constant"),
  results: z.array(resultUses).describe("what becomes of the results of functions that can fail"),
});

const treatment = z.strictObject({
  works: z.boolean(),
  runs: count.describe("the first failing run decides"),
  reason: text.optional().describe("what failed, and the last lines of its log"),
});

const impact = z.strictObject({
  treatment: z.enum(["stub", "fake"]),
  metric: text.describe("residentKiB, descriptors, or metric: the number that the workload prints"),
  ratio: z
    .number()
    .nullable()
    .describe("median with the treatment alone, divided by that of the baseline; null where that is 0"),
  pValue: z.number().min(0).max(1).describe("rank sum test, corrected for the number of comparisons"),
});

const feature = z.strictObject({
  kind: z.enum(["syscall", "sub-feature", "pseudo-file"]),
  name: text,
  number: count.optional().describe("in the native system call table"),
  calls: count,
  executables: z.array(text),
  verdict: z.enum(["required", "stub", "fake", "any"]).optional(),
  stub: treatment.optional(),
  fake: treatment.optional(),
  impact: z.array(impact).optional().describe("what each treatment changes; absent where that was not measured"),
});

const confirmation = z.strictObject({
  stubbed: z.array(text),
  faked: z.array(text),
  replicas: count,
  passed: z.boolean(),
});

const search = z.strictObject({
  strategy: z.enum(["adaptive", "exhaustive"]),
  runs: count,
  fullRuns: count,
  seconds,
  baselineSeconds: seconds,
});

/** What can come of an attempt to measure. */
export const OUTCOMES = [
  "analyzed",
  "observed",
  "no-tests",
  "baseline-fails",
  "flaky",
  "timeout",
  "build-fails",
  "tracer-error",
  "environment-error",
] as const;

/** The shape of a manifest; what its parts must have to do with each other is in `manifestSchema`. */
export const manifestShape = z
  .strictObject({
    schema: z.literal(MANIFEST_SCHEMA),
    package: z.union([debianPackage, plainProgram]),
    environment,
    workload,
    outcome: z.enum(OUTCOMES),
    reason: text.optional().describe("why there are no verdicts"),
    executables: z.array(executable),
    sources: sources
      .optional()
      .describe("what the C source of the package says, where that was looked at (loupe static --source --add-to)"),
    features: z.array(feature),
    confirmation: confirmation.optional(),
    conflicts: z.array(z.array(text).min(2)).describe("features that are avoidable alone but not together"),
    search: search.optional(),
  })
  .describe("Which operating-system features the programs of a package really need");

/** The manifest of a package or program. */
export type Manifest = z.infer<typeof manifestShape>;
export type ManifestPackage = Manifest["package"];
export type ManifestSources = NonNullable<Manifest["sources"]>;
export type ManifestFeature = Manifest["features"][number];
