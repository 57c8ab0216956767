// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { decideVerdict } from "../../../src/analysis/feature.js";
import { manifestSchema } from "../../../src/manifest/consistency.js";
import type { Manifest, ManifestFeature } from "../../../src/manifest/schema.js";

const TREATMENT_REASON = "exit status 1\0\ud800; its last lines:\nFAIL: '; drop table usage; --";

const feature = fc.record({
  kind: fc.constantFrom<ManifestFeature["kind"][]>("syscall", "sub-feature", "pseudo-file"),
  name: fc.constantFrom("openat", "ioctl:TCGETS", "/proc/self/maps", "'; drop table features; --", 'name "in" quotes'),
  number: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
  calls: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  executables: fc.subarray(["src/prog", "lib/a b", "ünï"]),
  stub: fc.boolean(),
  fake: fc.boolean(),
});

type RandomFeature = typeof feature extends fc.Arbitrary<infer Value> ? Value : never;

function toFeature({ stub, fake, number, ...rest }: RandomFeature, analyzed: boolean): ManifestFeature {
  return {
    ...rest,
    ...(number !== undefined && { number }),
    ...(analyzed && {
      verdict: decideVerdict({ works: stub }, { works: fake }),
      stub: { works: stub, runs: stub ? 3 : 1, ...(!stub && { reason: TREATMENT_REASON }) },
      fake: { works: fake, runs: fake ? 3 : 1 },
    }),
  };
}

const described = fc.oneof(
  fc.record({
    source: fc.constantFrom("prog", "lib'prog"),
    version: fc.constantFrom("1.0-1", "1.0~rc1-1", "1:0.9-1", "1.0.0-1", "1.00-1"),
    architecture: fc.constantFrom("amd64", "arm64"),
    binaries: fc.constant(["prog"]),
  }),
  fc.record({ name: fc.constant("prog") }),
);

const staticCalls = fc.record({
  syscalls: fc.array(fc.constantFrom("read", "syscall_0x1ff", "'; drop table static_features; --"), { maxLength: 3 }),
  unknown: fc.subarray(["it opens libraries", "\0\ud800"]),
});

const linkage = fc.constantFrom(
  { form: "dynamic" as const, interpreter: "/lib64/ld-linux-x86-64.so.2", libc: "glibc" as const },
  { form: "static" as const, libc: null },
);

const sources = fc.record({
  files: fc.nat(9),
  filesWithErrors: fc.constant(0),
  syscalls: fc.subarray(["read", "openat", "'; drop table source_results; --"]),
  computed: fc.nat(1),
  results: fc.subarray([
    { function: "open64", syscall: "openat", calls: 3, checked: 1, passedOn: 1, stored: 1, ignored: 0 },
    {
      function: "'; drop table source_results; --",
      syscall: "read",
      calls: 1,
      checked: 0,
      passedOn: 0,
      stored: 0,
      ignored: 1,
    },
  ]),
});

const head = fc.record({
  package: described,
  kind: fc.constantFrom<Manifest["workload"]["kind"][]>("suite", "benchmark"),
  outcome: fc.constantFrom<Manifest["outcome"][]>("analyzed", "analyzed", "analyzed", "observed", "timeout"),
  kernel: fc.constantFrom("6.1", "6.12"),
  staticCalls: fc.option(staticCalls, { nil: undefined }),
  linkage: fc.option(linkage, { nil: undefined }),
  sources: fc.option(sources, { nil: undefined }),
  features: fc.uniqueArray(feature, { maxLength: 6, selector: ({ kind, name }) => `${kind} ${name}` }),
});

/** Manifests of few packages and few features, so that they often are about the same; all of them are right by the schema. */
export const randomManifest: fc.Arbitrary<Manifest> = head.map(({ kind, outcome, kernel, features, ...rest }) => {
  const analyzed = outcome === "analyzed";
  return manifestSchema.parse({
    schema: "loupe-manifest/1",
    package: rest.package,
    environment: { kernel, tool: "loupe 0.1.0", libc: null },
    workload: { kind, command: ["make", "check"], testFormat: "tap", testsPassed: 3, durationSeconds: 1.5 },
    outcome,
    ...(outcome === "timeout" && { reason: "it took too long" }),
    executables: [
      {
        path: "src/prog",
        buildId: null,
        sha256: null,
        considered: "named",
        execs: 1,
        linkage: rest.linkage,
        static: rest.staticCalls,
      },
    ],
    sources: rest.sources,
    features: outcome === "timeout" ? [] : features.map((entry) => toFeature(entry, analyzed)),
    ...(analyzed && {
      confirmation: { stubbed: [], faked: [], replicas: 3, passed: true },
      search: { strategy: "adaptive", runs: 3, fullRuns: 2, seconds: 9, baselineSeconds: 1.5 },
    }),
    conflicts: [],
  });
});
