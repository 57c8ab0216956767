// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { AnalysisRequest, AnalysisResult } from "../../src/analysis/analysis.js";
import { analyze, observe } from "../../src/analysis/analyze.js";
import type { AnalyzedFeature } from "../../src/analysis/feature.js";
import { InterruptedError, UsageError } from "../../src/errors.js";
import { openScratch, type Scratch } from "../support/scratch.js";

function request(
  scratch: Scratch,
  command: AnalysisRequest["workload"]["command"],
  pattern: string,
  rest: Partial<AnalysisRequest> = {},
): AnalysisRequest {
  return {
    workload: {
      form: "suite",
      kind: "suite",
      command,
      directory: scratch.directory,
      environment: scratch.environment,
    },
    considered: [{ pattern, reason: "named" }],
    strategy: "exhaustive",
    kinds: ["syscall"],
    impact: "ignored",
    replicas: 1,
    baselineTimeLimitSeconds: 60,
    workDirectory: scratch.path("work"),
    ...rest,
  };
}

interface JournalRun {
  readonly type: string;
  readonly experiment: string;
  readonly record: { readonly passed: boolean };
}

/** The runs of experiments that the journal holds. */
async function readRuns(scratch: Scratch): Promise<readonly JournalRun[]> {
  const lines = (await readFile(scratch.path("work/journal.jsonl"), "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as JournalRun).filter(({ type }) => type === "run");
}

function verdictOf(result: AnalysisResult, name: string): AnalyzedFeature | undefined {
  return result.outcome === "analyzed" ? result.features.find(({ feature }) => feature.name === name) : undefined;
}

test("verdicts: not needed, needs to look successful, needs to be real", { timeout: 120_000 }, async () => {
  const scratch = await openScratch();
  const program = await scratch.staticProgram("basics");
  const result = await analyze(request(scratch, [program], program));
  expect(result.outcome).toBe("analyzed");
  expect(verdictOf(result, "getppid")).toMatchObject({ verdict: "any", calls: 1, executables: [program] });
  expect(verdictOf(result, "write")).toMatchObject({
    verdict: "fake",
    stub: {
      works: false,
      runs: 1,
      reason: expect.stringContaining("basics exited with status 1"),
    },
  });
  expect(verdictOf(result, "pipe2")).toMatchObject({
    verdict: "required",
    stub: { reason: expect.stringContaining("exited with status 2") },
    fake: { reason: expect.stringContaining("exited with status 3") },
  });
  // Calls without which no program can start are tried like all others.
  expect(verdictOf(result, "arch_prctl")?.stub.works).toBe(false);
  if (result.outcome === "analyzed") {
    expect(result.confirmation.passed).toBe(true);
    expect(result.confirmation.stubbed).toContain("getppid");
    expect(result.confirmation.faked).toContain("write");
    expect(result.executables).toMatchObject([{ path: program, considered: "named", execs: 1 }]);
    expect(result.search.runs).toBeGreaterThanOrEqual(2 + 2 * result.features.length + 1);
  }
  const [first] = await readRuns(scratch);
  expect(first).toMatchObject({
    experiment: expect.stringMatching(/^stub syscall /),
    record: { passed: expect.any(Boolean) },
  });
});

test("two calls that are avoidable alone and not together", { timeout: 120_000 }, async () => {
  const scratch = await openScratch();
  const program = await scratch.staticProgram("conflict");
  const result = await analyze(request(scratch, [program], program));
  expect(result).toMatchObject({ outcome: "analyzed", conflicts: [["getppid", "getsid"]] });
  const verdicts = [verdictOf(result, "getppid"), verdictOf(result, "getsid")].map((feature) => feature?.verdict);
  expect(verdicts.sort()).toEqual(["any", "required"]);
  expect(result.outcome === "analyzed" && result.confirmation.passed).toBe(true);
  // The search for the conflict tries some things that were tried before: they are not run again. Only what is found is, each alone.
  const experiments = (await readRuns(scratch)).map(({ experiment }) => experiment);
  const repeated = experiments.filter((experiment, index) => experiments.indexOf(experiment) !== index);
  expect(repeated.sort()).toEqual([
    expect.stringMatching(/^\w+ syscall getppid$/),
    expect.stringMatching(/^\w+ syscall getsid$/),
  ]);
});

test("successful experiments are repeated, failed ones are not", { timeout: 120_000 }, async () => {
  const scratch = await openScratch();
  const program = await scratch.staticProgram("basics");
  const result = await analyze(request(scratch, [program], program, { replicas: 2 }));
  expect(verdictOf(result, "write")).toMatchObject({ stub: { runs: 1 }, fake: { runs: 2 } });
  expect(result.outcome === "analyzed" && result.confirmation.replicas).toBe(2);
});

test("a script is considered by its own path, its helpers are not", { timeout: 120_000 }, async () => {
  const scratch = await openScratch();
  const script = await scratch.script("run", "/bin/true");
  const result = await observe(request(scratch, [script], script));
  expect(result).toMatchObject({ outcome: "observed", executables: [{ path: script, execs: 1 }] });
});

describe("outcomes without verdicts", () => {
  test("baseline-fails, with its last lines", async () => {
    const scratch = await openScratch();
    const suite = await scratch.script("suite", "/bin/true; echo FAIL: test 3; exit 1");
    const result = await analyze(request(scratch, [suite], suite));
    expect(result).toMatchObject({
      outcome: "baseline-fails",
      reason: expect.stringMatching(/exit status 1.*\nFAIL: test 3/),
    });
  });

  test("flaky", async () => {
    const scratch = await openScratch();
    // What is outside of the tree and of the temporary directories is the same for all runs.
    const marker = join(homedir(), basename(scratch.directory));
    onTestFinished(() => rm(marker, { force: true }));
    const suite = await scratch.script("suite", `test -e ${marker} && { rm ${marker}; exit 1; }; touch ${marker}`);
    // One run after the other, so that every other one fails.
    const result = await analyze(request(scratch, [suite], suite, { replicas: 2, jobs: 1 }));
    expect(result).toMatchObject({ outcome: "flaky" });
  });

  test("timeout", async () => {
    const scratch = await openScratch();
    const suite = await scratch.script("suite", "sleep 300");
    const result = await analyze(request(scratch, [suite], suite, { baselineTimeLimitSeconds: 1 }));
    expect(result).toMatchObject({ outcome: "timeout", reason: expect.stringContaining("not finished after 1.0 s") });
    await scratch.expectNoProcessLeft();
  });

  test("no-tests names what ran instead, programs of the tree first", async () => {
    const scratch = await openScratch();
    const helper = await scratch.script("helper", "true");
    const empty = await analyze(request(scratch, ["/bin/sh", "-c", "true"], "/b/prog"));
    expect(empty).toMatchObject({ outcome: "no-tests", reason: expect.stringMatching(/\/b\/prog; what ran: .*sh/) });
    const other = await analyze(request(scratch, ["/bin/sh", "-c", helper], "/b/prog"));
    expect(other).toMatchObject({ outcome: "no-tests", reason: expect.stringContaining(`--consider: ${helper}`) });
  });

  test("environment-error", async () => {
    const scratch = await openScratch();
    vi.stubEnv("LOUPE_TRACER", "/nonexistent");
    try {
      const result = await analyze(request(scratch, ["/bin/true"], "/bin/true"));
      expect(result).toMatchObject({ outcome: "environment-error", reason: expect.stringContaining("LOUPE_TRACER") });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

test("a suite that kills one of its own processes by a signal can still be analyzed", async () => {
  const scratch = await openScratch();
  const suite = await scratch.script("suite", "sh -c 'kill -SEGV $$'; true");
  expect(await observe(request(scratch, [suite], "*/dash"))).toMatchObject({ outcome: "observed" });
});

test("a command that cannot be executed is the caller's mistake", async () => {
  const scratch = await openScratch();
  const text = await scratch.file("text", "no program");
  await expect(analyze(request(scratch, [text], text))).rejects.toThrow(UsageError);
});

test("interrupting keeps finished results and leaves no process", async () => {
  const scratch = await openScratch();
  const program = await scratch.staticProgram("basics");
  const controller = new AbortController();
  const analysis = analyze(
    request(scratch, [program], program, {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.kind === "experiment" && progress.done === 3) {
          controller.abort();
        }
      },
    }),
  );
  await expect(analysis).rejects.toThrow(InterruptedError);
  expect((await readRuns(scratch)).length).toBeGreaterThanOrEqual(3);
  await scratch.expectNoProcessLeft();
});

test("a listener may end the analysis", async () => {
  const scratch = await openScratch();
  const program = await scratch.staticProgram("basics");
  const onProgress = (): void => {
    throw new UsageError("not like this");
  };
  await expect(analyze(request(scratch, [program], program, { onProgress }))).rejects.toThrow("not like this");
});
