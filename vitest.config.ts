import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests mostly wait for processes: three files at a time are what keeps two cores busy.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/packages/**"],
          globalSetup: ["test/tracer/global-setup.ts"],
          testTimeout: 60_000,
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
