// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { openScratch } from "../support/scratch.js";
import { Archive } from "./support/archive.js";

const PASSES = "./greet && echo PASS: greet";

test("keeps outcomes apart, merges what there is, and goes on after each of them", { timeout: 240_000 }, async () => {
  const scratch = await openScratch();
  const archive = await Archive.make(scratch, {
    greet: { suite: PASSES },
    "broken-suite": { suite: "echo FAIL: it never passed; exit 1" },
    "broken-build": { rules: "override_dh_auto_build:\n\t@echo it never was built; exit 9\n" },
    "no-suite": { rules: "override_dh_auto_test:\n" },
    "no-such-dependency": { buildDepends: "debhelper-compat (= 13), no-such-package-anywhere" },
  });
  const names = ["greet", "broken-suite", "no-such-package", "broken-build", "no-such-dependency", "no-suite"];
  const { status, stdout, stderr } = await archive.batch("run", ["--jobs", "2", "--db", "usage.db", ...names]);
  expect(await archive.readOutcomes()).toEqual({
    greet: "observed",
    "broken-suite": "baseline-fails",
    "broken-build": "build-fails",
    "no-suite": "no-tests",
    "no-such-dependency": "dependencies-missing",
    "no-such-package": "unknown-package",
  });
  expect(stderr).toMatch(/broken-build_1.0: build-fails \(.*exit status 2/);
  expect(stderr).toMatch(/no-such-dependency_1.0: dependencies-missing .*no-such-package-anywhere/);
  expect(stderr).toContain("no-such-package: unknown-package: apt's sources have no source package no-such-package");
  expect(stdout).toMatch(/^dependencies-missing +1 +no-such-dependency$/m);
  expect(stdout).toMatch(/^Slowest: \S+ \(\d/m);
  // Nobody knows no-such-package.
  expect(status).toBe(2);
  expect(await readFile(scratch.path("batch/logs/broken-build_1.0.log"), "utf8")).toContain("it never was built");
  expect((await readdir(scratch.path("batch/manifests"))).sort()).toEqual(
    ["broken-build", "broken-suite", "greet", "no-suite"].map((name) => expect.stringContaining(`${name}_1.0_`)),
  );
  expect(await readdir(scratch.path("batch/work"))).toEqual([]);
  const store = await openDatabase(scratch.path("usage.db"), "existing");
  const merged = (await store.listMeasurements()).map((summary) => `${summary.package} ${summary.outcome}`);
  await store.close();
  expect(merged).toEqual([
    "broken-build build-fails",
    "broken-suite baseline-fails",
    "greet observed",
    "no-suite no-tests",
  ]);

  const again = await archive.batch("run", ["--db", "usage.db", "greet", "broken-suite"]);
  expect(again.stderr).toBe("loupe: 2 of 2 packages have ended in this batch before\n");
  expect(again.status).toBe(0);
  const elsewhere = await archive.batch("run", ["--batch-dir", "other", "--db", "usage.db", "greet"]);
  expect(elsewhere.stderr).toMatch(/greet_1.0: already-measured: .*: observed/);
  expect(elsewhere.status).toBe(0);
});

test("builds a package whose source has a directory named build, which make takes for the target", async () => {
  const scratch = await openScratch();
  // The suite builds nothing by itself.
  const rules = "override_dh_auto_test:\n\t./check.sh\n";
  const archive = await Archive.make(scratch, { greet: { directory: "build", rules } });
  await archive.batch("run", ["greet"]);
  expect(await archive.readOutcomes()).toEqual({ greet: "observed" });
});

test("builds with the programs that Debian builds with, whatever comes first in PATH", async () => {
  const scratch = await openScratch();
  const archive = await Archive.make(scratch, { greet: { suite: PASSES } });
  await mkdir(scratch.path("shims"));
  await scratch.script("shims/make", "exit 1");
  await archive.batch("run", ["greet"], { environment: { PATH: `${scratch.path("shims")}:${process.env.PATH}` } });
  expect(await archive.readOutcomes()).toEqual({ greet: "observed" });
});

test("adds to manifests what programs and sources say, and loses none where that fails", async () => {
  const scratch = await openScratch();
  const archive = await Archive.make(scratch, { greet: { suite: PASSES } });
  const { status } = await archive.batch("run", ["--static", "--db", "usage.db", "greet"]);
  expect(status).toBe(0);
  const store = await openDatabase(scratch.path("usage.db"), "existing");
  // It has its own few lines in place of a C library.
  expect(await store.countStaticCalls()).toEqual(new Map([["greet", { binary: 3, source: 0 }]]));
  await store.close();
  const [ended] = await archive.readStatus();
  expect(Object.keys(ended?.ended?.stageSeconds ?? {})).toEqual([
    "fetch",
    "dependencies",
    "build",
    "analysis",
    "static",
  ]);

  const without = { environment: { LOUPE_SCANNER: "/none" } };
  await archive.batch("run", ["--static", "--batch-dir", "other", "greet"], without);
  const log = await readFile(scratch.path("other/logs/greet_1.0.log"), "utf8");
  expect(log).toMatch(
    /LOUPE_SCANNER names \/none[\s\S]*static --add-to .*: without a result; the manifest is kept without it/,
  );
  const [name = ""] = await readdir(scratch.path("other/manifests"));
  const manifest = JSON.parse(await readFile(scratch.path(`other/manifests/${name}`), "utf8"));
  expect([manifest.outcome, manifest.sources.files]).toEqual(["observed", 1]);
});

test("tries again what the mirror does not deliver, with a pause, and then leaves it to retry", {
  timeout: 120_000,
}, async () => {
  const scratch = await openScratch();
  const archive = await Archive.make(scratch, { greet: { suite: PASSES }, absent: { suite: PASSES } });
  const tarball = join(archive.directory, "absent_1.0.tar.xz");
  const content = await readFile(tarball);
  await scratch.file("archive/absent_1.0.tar.xz", content.subarray(0, 10));
  const first = await archive.batch("run", ["absent", "greet"]);
  expect(first.stderr).toMatch(/absent_1.0: tried again in 0.1 s: its source could not be fetched/);
  expect(await archive.readOutcomes()).toEqual({ absent: "environment-error", greet: "observed" });
  expect(first.status).toBe(3);
  // What has ended is not begun again by itself.
  expect((await archive.batch("run", ["absent", "greet"])).stderr).toContain("2 of 2 packages have ended");

  await scratch.file("archive/absent_1.0.tar.xz", content);
  const retried = await archive.batch("retry", []);
  expect(retried.status).toBe(0);
  expect(await archive.readOutcomes()).toEqual({ absent: "observed", greet: "observed" });
  expect(
    (await archive.readJournal()).filter(({ type, source }) => type === "started" && source === "greet"),
  ).toHaveLength(1);
  const nothing = await archive.batch("retry", []);
  expect(nothing.stderr).toMatch(
    /nothing to retry: no package of the batch ended with environment-error, tracer-error,/,
  );
  expect(nothing.status).toBe(2);
});

test("ends what takes too long or too much disk, with all that it has started", { timeout: 120_000 }, async () => {
  const scratch = await openScratch();
  const daemon = "setsid sleep 1000 >/dev/null 2>&1 &";
  const archive = await Archive.make(scratch, {
    hangs: { rules: `override_dh_auto_build:\n\t${daemon}\n\tsleep 1000\n` },
    "hanging-suite": { suite: `${daemon} sleep 1000` },
    large: { rules: "override_dh_auto_build:\n\thead -c 20M /dev/zero >large; sleep 1000\n" },
  });
  await archive.batch("run", [
    "--jobs",
    "3",
    "--time-limit",
    "8",
    "--disk-limit",
    "9M",
    "hangs",
    "large",
    "hanging-suite",
  ]);
  expect(await archive.readOutcomes()).toEqual({
    hangs: "timeout",
    "hanging-suite": "timeout",
    large: "environment-error",
  });
  const states = await archive.readStatus();
  expect(states.map(({ ended }) => ended?.reason)).toEqual([
    "it was not finished after 8 s (--time-limit)",
    expect.stringMatching(/^it took \d+ bytes of disk, more than the 9437184 that it may have/),
    expect.stringContaining("8 s"),
  ]);
});
