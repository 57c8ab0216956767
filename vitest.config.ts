import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Small files with long tests: by size, which is what vitest goes by, they would come last and run alone. */
const LONG = ["test/man/examples.test.ts", "test/cli/analyze.test.ts", "test/dh-loupe/templates.test.ts"];

/** Whole batches and workers: each of these tests builds several packages. */
const BATCHES = [
  "test/batch/run.test.ts",
  "test/batch/faults.test.ts",
  "test/batch/lookup.test.ts",
  "test/batch/queue/worker.test.ts",
];

/** The HTML site in a real browser, which is a large package that nothing else needs. */
const SITE = ["test/reports/site/browser.test.ts", "test/reports/site/measured-database.test.ts"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // Tests mostly wait for processes: three files at a time are what keeps two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/packages/**", "test/sbuild/**", ...BATCHES, ...SITE],
          globalSetup: ["test/tracer/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "site",
          include: SITE,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "batches",
          include: BATCHES,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "packages",
          include: ["test/packages/**/*.test.ts"],
          exclude: ["test/packages/servers.test.ts", "test/packages/benchmarks.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "sbuild",
          include: ["test/sbuild/**/*.test.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "servers",
          include: ["test/packages/servers.test.ts", "test/packages/benchmarks.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
