// SPDX-License-Identifier: GPL-3.0-or-later
// --record-scripts: the test scripts of Automake's parallel harness, by what their drivers are started with.
import { expect, test } from "vitest";
import { WAYS } from "./privileges.js";
import { describeWays } from "./ways.js";
import { openWorkspace, type Workspace } from "./workspace.js";

const OPTIONS = ["--record-scripts", "--discover", "counts"];

/** A driver that runs what comes after `--`, and the result files that the scripts of a command line have. */
async function makeDriver(workspace: Workspace): Promise<string> {
  const body = '#!/bin/sh\nuntil [ "$1" = -- ]; do shift; done\nshift\n"$@"\n';
  return workspace.file("driver", body, 0o755);
}

describeWays(WAYS, (way) => {
  test("each is told with what its driver was started with, and whether it starts considered programs", async () => {
    const workspace = await openWorkspace(way);
    const [driver, tiny] = [await makeDriver(workspace), await workspace.program("tiny")];
    await workspace.file("sub/empty", "");
    const commands = [
      `ONE='a b' ${driver} --test-name one --trs-file one.trs -- sh -c '${tiny}; ${tiny}' 9>&2 8</dev/null`,
      `cd sub; env TWO=2 ${driver} --trs-file=two.trs -- /bin/true 7>&1`,
      `${driver} --log-file three.log -- /bin/true`,
      `echo --trs-file four.trs`,
    ];
    const command = ["/bin/sh", "-c", commands.join("\n")];
    const { report, exitCode } = await workspace.trace([...OPTIONS, "--consider", tiny], command);
    expect([exitCode, report.errors]).toEqual([0, []]);
    const [one, two, ...others] = report.scripts;
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      directory: workspace.directory,
      arguments: [
        "/bin/sh",
        driver,
        "--test-name",
        "one",
        "--trs-file",
        "one.trs",
        "--",
        "sh",
        "-c",
        `${tiny}; ${tiny}`,
      ],
      copies: { "9": 2 },
      considered: true,
      outlived: false,
    });
    expect(one?.environment).toEqual(expect.arrayContaining(["ONE=a b", `HOME=${workspace.directory}`]));
    // What env(1) is started with is enough to start it again.
    expect(two).toMatchObject({
      directory: workspace.path("sub"),
      arguments: ["env", "TWO=2", driver, "--trs-file=two.trs", "--", "/bin/true"],
      copies: { "7": 1 },
      considered: false,
      outlived: false,
    });
    expect(one?.started).toBeLessThan(one?.ended ?? 0);
    expect(one?.ended).toBeLessThan(two?.started ?? 0);
    expect(report.executable(tiny).execsOutsideScripts).toBe(0);
  });

  test("considered programs outside of scripts are counted, and a script in a script makes both considered", async () => {
    const workspace = await openWorkspace(way);
    const [driver, tiny] = [await makeDriver(workspace), await workspace.program("tiny")];
    const inner = `${driver} --trs-file inner.trs -- ${tiny}; ${driver} --trs-file other.trs -- /bin/true`;
    const script = `${tiny}; ${driver} --trs-file outer.trs -- sh -c '${inner}'; ${tiny}`;
    const { report } = await workspace.trace([...OPTIONS, "--consider", tiny], ["/bin/sh", "-c", script]);
    expect(
      report.scripts.map((line) => [line.arguments.find((word) => word.endsWith(".trs")), line.considered]),
    ).toEqual([
      ["outer.trs", true],
      ["inner.trs", true],
      ["other.trs", false],
    ]);
    expect(report.executable(tiny)).toMatchObject({ execs: 3, execsOutsideScripts: 2 });
  });

  test("a script that a considered process outlives, and one that has not ended", async () => {
    const workspace = await openWorkspace(way);
    const driver = await makeDriver(workspace);
    const script = [
      `${driver} --trs-file one.trs -- sh -c 'sleep 0.5 & exit 0'`,
      `${driver} --trs-file two.trs -- timeout 0.7 tail -f /dev/null`,
      `${driver} --trs-file three.trs -- timeout 50 tail -f /dev/null`,
    ].join("; ");
    const options = [...OPTIONS, "--consider", "/usr/bin/sleep", "--time-limit", "2"];
    const { report } = await workspace.trace(options, ["/bin/sh", "-c", script]);
    expect(report.scripts.map(({ considered, outlived }) => [considered, outlived])).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
    expect(report.end.reason).toBe("time-limit");
  });

  test("without the option there are none", async () => {
    const workspace = await openWorkspace(way);
    const driver = await makeDriver(workspace);
    const { report } = await workspace.trace(["--consider-all"], [driver, "--trs-file", "a.trs", "--", "/bin/true"]);
    expect(report.scripts).toEqual([]);
    expect(report.executables.map(({ execsOutsideScripts }) => execsOutsideScripts)).not.toContain(0);
  });
});
