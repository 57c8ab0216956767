// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, chown, mkdir } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Manifest } from "../../src/manifest/schema.js";
import { loupe } from "../cli/loupe.js";
import { openScratch } from "../support/scratch.js";

const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

test.skipIf(process.getuid?.() !== 0)("a directory of another group goes without a sandbox, and says why", async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("basics");
  await chown(scratch.directory, NOBODY, NOBODY);
  await mkdir(scratch.path("results"));
  await chown(scratch.path("results"), NOBODY, 0);
  await scratch.script("suite", "./basics > results/log");
  await chmod(scratch.path("results"), 0o755);
  const words = ["analyze", "--json", "--replicas", "1", "--consider", "basics", "--", "./suite"];
  const { status, stdout, stderr } = await loupe(scratch, words, { wrapper: AS_NOBODY });
  expect(status).toBe(0);
  expect(stderr).toContain(`${scratch.path("results")} does not belong to you and your primary group`);
  expect(JSON.parse(stdout) as Manifest).toMatchObject({ outcome: "analyzed", environment: { isolation: "none" } });
});

test("files in a temporary directory that the environment names are there", async () => {
  const [scratch, elsewhere] = [await openScratch(), await openScratch()];
  await scratch.staticProgram("basics");
  await mkdir(elsewhere.path("data"));
  await elsewhere.file("data/list", "found\n");
  await scratch.script(
    "suite",
    'grep -q found "$DATA" && grep -q found "$(echo "$LISTS" | cut -d: -f2)/list" && ./basics',
  );
  const environment = { DATA: elsewhere.path("data/list"), LISTS: `/nowhere:${elsewhere.path("data")}` };
  const words = ["analyze", "--json", "--replicas", "1", "--consider", "basics", "--", "./suite"];
  const { status, stdout } = await loupe(scratch, words, { environment });
  expect(status).toBe(0);
  expect(JSON.parse(stdout) as Manifest).toMatchObject({ outcome: "analyzed", environment: { isolation: "sandbox" } });
});
