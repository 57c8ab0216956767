// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, writeFile } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { expect, test, vi } from "vitest";
import { runLoupe } from "../../src/cli/loupe.js";
import { openDatabase } from "../../src/database/open-database.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

async function prepare(): Promise<Scratch> {
  const scratch = await openScratch();
  const store = await openDatabase(scratch.path("usage.db"));
  await store.mergeManifest(exampleManifest());
  await store.close();
  await writeFile(scratch.path("good.syscalls"), "openat\nwrite,fake\n");
  await writeFile(scratch.path("bad.syscalls"), "read\nwrite,perhaps\n");
  await writeFile(scratch.path("empty.db"), "");
  return scratch;
}

test("shows a figure as a table, CSV and JSON", async () => {
  const scratch = await prepare();
  const words = ["report", "comparison", "--db", "usage.db"];
  const { stdout, stderr, status } = await loupe(scratch, words);
  expect(stdout).toMatch(/^System calls of packages, by their suite.*\npackage +version +architecture +in sources /);
  expect(stdout).toMatch(/^prog +1\.0-1 +amd64 +- +- +5 +2 +1 +1 +1$/m);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect((await loupe(scratch, [...words, "--csv"])).stdout).toContain("\r\nprog,1.0-1,amd64,,,5,2,1,1,1\r\n");
  expect(JSON.parse((await loupe(scratch, [...words, "--json"])).stdout)).toMatchObject({
    figure: "comparison",
    rows: [{ package: "prog", required: 2, staticBinary: null }],
  });
});

test("writes reasons part by part, to a file, a pipe, and a reader that goes away", async () => {
  const scratch = await prepare();
  const words = ["report", "reasons", "--db", "usage.db", "--json"];
  const { stdout, status } = await loupe(scratch, words);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).rows.map(({ feature }: { feature: string }) => feature)).toEqual(["getsid", "openat"]);
  const toFile = await loupe(scratch, words, { wrapper: ["sh", "-c", 'exec "$@" >reasons.json', "sh"] });
  expect(toFile).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(await readFile(scratch.path("reasons.json"), "utf8")).toBe(stdout);
  const gone = await loupe(scratch, words, {
    wrapper: ["bash", "-c", 'set -o pipefail; "$@" | true', "bash"],
  });
  expect(gone).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("shows the support plan of each system, and what it saves", async () => {
  const scratch = await prepare();
  await writeFile(scratch.path("more.csv"), "openat\ngetsid\nnone_such\n");
  const words = ["report", "support", "--db", "usage.db", "--os", "good.syscalls", "--os", "more.csv"];
  const { stdout, stderr, status } = await loupe(scratch, [...words, "--json"]);
  expect(stderr).toMatch(/more\.csv:3: "none_such" is not a system call/);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).rows).toEqual([
    { os: "good", step: 0, implement: "", stub: "", fake: "", packages: "", supported: 0, effort: 0, unknown: 0 },
    {
      ...{ os: "good", step: 1, implement: "getsid", stub: "close, getppid", fake: "", packages: "prog" },
      ...{ supported: 1, effort: 1.02, unknown: 0 },
    },
    { os: "more", step: 0, implement: "", stub: "", fake: "", packages: "", supported: 0, effort: 0, unknown: 0 },
    {
      ...{ os: "more", step: 1, implement: "", stub: "close, getppid", fake: "write", packages: "prog" },
      ...{ supported: 1, effort: 0.03, unknown: 0 },
    },
  ]);
  await writeFile(scratch.path("order"), "prog\nother\n");
  const savings = await loupe(scratch, ["report", "savings", "--db", "usage.db", "--organic", "order", "--csv"]);
  expect(savings.stdout).toBe("os,packages,organic,naive,plan\r\nnothing,0,0,0,0\r\nnothing,1,2,5,2\r\n");
  const table = await loupe(scratch, ["report", "savings", "--db", "usage.db", "--organic", "order"]);
  expect(table.stdout).toMatch(/^System calls .* 1 packages run, .*; not measured and left out: other\n/);
});

test("says that plans for many packages take long, and makes them", async () => {
  const scratch = await prepare();
  const database = new DatabaseSync(scratch.path("usage.db"));
  // As many measurements as are needed, of packages that all need the same.
  for (const table of ["usage", "measurements"]) {
    const columns = database.prepare(`pragma table_info(${table})`).all() as readonly { name: string }[];
    const values = columns.map(({ name }) =>
      name === "package" || (name === "measurement" && table === "measurements") ? `${name} || n` : name,
    );
    database.exec(`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 5000)
      insert into ${table} select ${values.join(", ")} from ${table}, numbers`);
  }
  database.close();
  const words = ["--db", "usage.db", "--os", "good.syscalls", "--json"];
  const sentence = "loupe: planning for 5001 packages, which takes minutes for each system; --packages chooses some\n";
  const { stdout, stderr, status } = await loupe(scratch, ["report", "support", ...words]);
  expect({ stderr, status }).toEqual({ stderr: sentence, status: 0 });
  expect(JSON.parse(stdout).rows).toMatchObject([{ supported: 0 }, { supported: 5001 }]);
  expect(await loupe(scratch, ["plan", ...words])).toMatchObject({ stderr: sentence, status: 0 });
  const few = await loupe(scratch, ["report", "support", ...words, "--packages", "prog,prog1"]);
  expect(few).toMatchObject({ stderr: "", status: 0 });
});

test.each([
  [["pie"], /importance, comparison/],
  [["outcomes", "--db", "/nonexistent/usage.db"], /\/nonexistent\/usage\.db/],
  [
    ["outcomes", "--workload", "benchmark"],
    /no measurement by benchmark that it could be made of; there is no outcomes/,
  ],
  [
    ["sub-features"],
    /usage\.db: no measurement by suite with functions of system calls \(analyze with --sub-features\)/,
  ],
  [["pseudo-files", "--packages", "prog"], /no measurement of prog by suite with pseudo-files/],
  [["impact"], /no measurement by suite whose impacts were measured \(analyze with --impact\)/],
  [["--output", "/nonexistent/site", "--architecture", "amd64"], /--organic are for a single figure, not for the site/],
  [["returns"], /no measurement by suite with the source of its package \(loupe static --source --add-to\)/],
  [["libc"], /no measurement by suite of a package whose programs were linked to several C libraries/],
  [["versions"], /no measurement by suite of two versions of a package/],
  [["drift"], /no measurement by suite of two versions of a package between which anything changed/],
  [["heat-map", "--architecture", "arm64"], /no measurement by suite on arm64/],
  [["heat-map", "--architecture", "mips"], /amd64, arm64/],
  [["support"], /support needs --os: the file that lists the system calls/],
  [["support", "--os", "/nonexistent/os.syscalls"], /\/nonexistent\/os\.syscalls: cannot be read/],
  [["support", "--os", "bad.syscalls"], /bad\.syscalls:2: .* should be NAME,STATUS/],
  [
    ["support", "--os", "good.syscalls", "--workload", "benchmark"],
    /the only package has no verdicts that a plan could be made from \(prog: measured elsewhere/,
  ],
  [["savings", "--organic", "good.syscalls"], /there is no measurement of any package of the order \(--organic\)/],
  [["savings", "--organic", "/nonexistent/order"], /\/nonexistent\/order: cannot be read/],
  [["importance", "--packages", "prog"], /--packages is not for importance, but for comparison/],
  [["reasons", "--os", "good.syscalls"], /--os is not for reasons, but for support, savings/],
  [["outcomes", "--db", "empty.db"], /nothing has been merged into this database yet/],
  [["reasons", "--workload", "benchmark", "--json"], /no measurement by benchmark/],
  [["reasons", "--packages", "prgo"], /--packages: there is no measurement of "prgo"/],
  [["outcomes", "--csv", "--json"], /exclude each other/],
])("refuses %j with a sentence", async (words, sentence) => {
  const scratch = await prepare();
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    const database = words.includes("--db") ? [] : ["--db", scratch.path("usage.db")];
    const located = words.map((word) => (/^(good|bad|empty)\./.test(word) ? scratch.path(word) : word));
    expect(await runLoupe(["report", ...located, ...database])).toBe(2);
    expect(stdout).not.toHaveBeenCalled();
    expect(stderr.mock.calls.map(([text]) => String(text)).join("")).toMatch(sentence);
  } finally {
    stderr.mockRestore();
    stdout.mockRestore();
  }
});
