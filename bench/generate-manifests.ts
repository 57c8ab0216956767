// SPDX-License-Identifier: GPL-3.0-or-later
// Manifests of a whole distribution, for benchmarks: made from a seed, so that they are the same everywhere.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decideVerdict } from "../src/analysis/feature.js";
import { manifestSchema } from "../src/manifest/consistency.js";
import type { Manifest, ManifestFeature } from "../src/manifest/schema.js";
import { serializeManifest } from "../src/manifest/serialize.js";
import { listSyscalls } from "../src/tracing/syscall-table.js";

/** How many files a directory gets. */
const FILES_A_DIRECTORY = 1000;

/** Of 100 uses of a call, how many can be stubbed and how many faked: about those of the paper's Figure 4. */
const STUBBABLE = 45;
const FAKEABLE = 50;

/** Marsaglia's xorshift: numbers from 0 to 2^32 - 1, always the same ones for the same seed. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state % limit;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(16).toString(16)).join("");
  }
}

const CALLS = listSyscalls("x86_64");

/** Some calls are in every program and most are rare: low indices of a fixed order are chosen more often. */
function chooseCalls(random: Random, count: number): readonly (typeof CALLS)[number][] {
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const range = random.below(100) < 80 ? 60 : CALLS.length;
    chosen.add((random.below(range) * 7) % CALLS.length);
  }
  return [...chosen].map((index) => CALLS[index] ?? { number: 0, name: "read" });
}

function makeFeature(random: Random, { number, name }: (typeof CALLS)[number]): ManifestFeature {
  const stub = random.below(100) < STUBBABLE;
  const fake = random.below(100) < FAKEABLE;
  const reason = `exit status 2; its last lines:\nFAIL: test-${random.below(500)}\nmake[3]: *** [Makefile:${random.below(2000)}: check] Error 1`;
  return {
    kind: "syscall",
    name,
    number,
    calls: 1 + random.below(100_000),
    executables: ["src/program"],
    verdict: decideVerdict({ works: stub }, { works: fake }),
    stub: stub ? { works: true, runs: 3 } : { works: false, runs: 1, reason },
    fake: fake ? { works: true, runs: 3 } : { works: false, runs: 1, reason },
  };
}

/** The manifest of the package with this number. */
export function generateManifest(index: number, features: number): Manifest {
  const random = new Random(index + 1);
  const source = `package-${String(index).padStart(5, "0")}`;
  const judged = chooseCalls(random, features).map((call) => makeFeature(random, call));
  const named = (...verdicts: ManifestFeature["verdict"][]): string[] =>
    judged.filter(({ verdict }) => verdicts.includes(verdict)).map(({ name }) => name);
  return manifestSchema.parse({
    schema: "loupe-manifest/1",
    package: {
      source,
      version: `${random.below(9)}.${random.below(20)}-${1 + random.below(5)}`,
      architecture: "amd64",
      binaries: [source],
    },
    environment: { kernel: "6.12.48+deb13-amd64", tool: "loupe 0.1.0", isolation: "sandbox", libc: "glibc 2.41" },
    workload: {
      kind: "suite",
      command: ["dh_auto_test"],
      testFormat: "automake",
      testsPassed: 1 + random.below(500),
      durationSeconds: random.below(600) / 10,
    },
    outcome: "analyzed",
    executables: [
      {
        path: "src/program",
        package: source,
        buildId: random.digits(40),
        sha256: random.digits(64),
        considered: "shipped",
        execs: 1 + random.below(50),
      },
    ],
    features: judged,
    confirmation: { stubbed: named("stub", "any"), faked: named("fake"), replicas: 3, passed: true },
    conflicts: [],
    search: {
      strategy: "adaptive",
      runs: 60,
      fullRuns: 12,
      seconds: random.below(6000) / 10,
      baselineSeconds: random.below(600) / 10,
    },
  });
}

/** Writes manifests below a directory, a thousand in each of its own. */
export async function writeManifests(directory: string, count: number, features: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const place = join(directory, String(Math.floor(index / FILES_A_DIRECTORY)).padStart(3, "0"));
    if (index % FILES_A_DIRECTORY === 0) {
      await mkdir(place, { recursive: true });
    }
    const manifest = generateManifest(index, features);
    const { source, version, architecture } = manifest.package as Extract<Manifest["package"], { source: string }>;
    await writeFile(join(place, `${source}_${version}_${architecture}.loupe.json`), serializeManifest(manifest));
  }
}
