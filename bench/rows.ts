// SPDX-License-Identifier: GPL-3.0-or-later
// What is measured, and the goals.
import { execa } from "execa";
import { runsAsRoot, type Way } from "../test/tracer/privileges.js";
import type { Bench } from "./bench.js";
import type { Row } from "./measure.js";
import { writeProject } from "./project.js";

/** Calls in a loop: some tenths of a second natively, and with strace, which needs tens of times as long for each. */
const CALLS = 400_000;
const STRACED_CALLS = 10_000;

/** How the programs are started: what comes before them, and how often their loops turn. */
interface Launch {
  words: string[];
  calls: number;
}

/** Programs that do nothing with the mechanism that the tracer uses: what the kernel itself asks for it. */
type Floor = "allow-all" | "empty-tracepoint";

/** A row whose program times its own loop, so that what is compared is the time of one call. */
function timeCalls(
  bench: Bench,
  name: string,
  way: Way,
  goal: number | undefined,
  options: string[],
  command: (calls: number) => string[],
  { floor, loupeCalls = CALLS }: { floor?: Floor; loupeCalls?: number } = {},
): Row {
  const run = async ({ words, calls }: Launch) =>
    Number((await bench.run(way, [...words, ...command(calls)])).trim().split("\n").at(-1));
  return {
    name,
    ...(goal === undefined ? {} : { goal }),
    native: () => run({ words: [], calls: CALLS }),
    ...(floor !== undefined && { floor: () => run({ words: [bench.program(floor)], calls: CALLS }) }),
    loupe: async () => run({ words: await bench.underLoupe(way, options), calls: loupeCalls }),
    strace: () => run({ words: bench.underStrace(), calls: STRACED_CALLS }),
  };
}

function ignoredParent(bench: Bench): Row {
  const child = bench.program("hot-loop");
  const options = ["--consider", child, "--discover", "numbers", "--rule", "stub:getppid"];
  return timeCalls(bench, "ignored parent in a loop, one short considered child", "root", 1.1, options, (calls) => [
    bench.program("ignored-parent"),
    `${calls}`,
    child,
    "1",
    "getppid",
  ]);
}

/** The first run of the program shows the tracer its calls; the second, which is timed, pays nothing for them. */
function secondExec(bench: Bench, way: Way, goal: number, rules: string[], name: string): Row {
  const loop = bench.program("hot-loop");
  const options = ["--consider", loop, "--discover", "numbers", ...rules];
  const command = (calls: number) => ["/bin/sh", "-c", `${loop} 1 getuid; ${loop} ${calls} getuid`];
  return timeCalls(bench, name, way, goal, options, command, { floor: "allow-all" });
}

interface HotLoop {
  goal?: number;
  options: string[];
  call: "getppid" | "getuid";
  floor?: Floor;
  /** Where every call stops in the tracer, fewer turns do. */
  loupeCalls?: number;
}

function hotLoop(bench: Bench, way: Way, name: string, { goal, options, call, ...rest }: HotLoop): Row {
  const loop = bench.program("hot-loop");
  const command = (calls: number) => [loop, `${calls}`, call];
  return timeCalls(bench, name, way, goal, ["--consider", loop, ...options], command, rest);
}

/** `make -j2` of a small C project, as often as said, from nothing each time. */
async function makeRow(
  bench: Bench,
  way: Way,
  goal: number,
  builds: number,
  options: string[],
  name: string,
): Promise<Row> {
  const directory = await bench.emptyDirectory("project", way);
  await writeProject(directory);
  const compiler = await printProgramName("cc1");
  const assembler = await printProgramName("as");
  const considered = ["--consider", compiler, "--consider", assembler];
  const script = "for build; do rm -f ./*.o program; make -s -j2 CC=gcc || exit; done";
  const numbers = Array.from({ length: builds }, (_, index) => `${index}`);
  const time = async (words: string[]) => {
    const started = performance.now();
    await bench.run(way, [...words, "/bin/sh", "-c", script, "sh", ...numbers], directory);
    return performance.now() - started;
  };
  return {
    name,
    goal,
    native: () => time([]),
    loupe: async () => time(await bench.underLoupe(way, [...considered, ...options])),
    strace: () => time(bench.underStrace()),
  };
}

/** The real path of a program that gcc runs. */
async function printProgramName(name: string): Promise<string> {
  const { stdout } = await execa("gcc", [`-print-prog-name=${name}`]);
  const { stdout: path } = await execa("/bin/sh", ["-c", 'realpath "$(command -v "$0")"', stdout]);
  return path;
}

const DISCOVER = ["--discover", "numbers"];

/** rseq(2) is registered at every start and nothing breaks without it. */
const STUB = ["--rule", "stub:rseq"];

export async function listRows(bench: Bench): Promise<Row[]> {
  const stub = ["--rule", "stub:getppid"];
  const asRoot = [
    ignoredParent(bench),
    await makeRow(bench, "root", 1.25, 1, DISCOVER, "make -j2, discovery, one build"),
    await makeRow(bench, "root", 1.25, 3, DISCOVER, "make -j2, discovery, three builds"),
    await makeRow(bench, "root", 1.05, 1, STUB, "make -j2, a stubbed call"),
    secondExec(bench, "root", 1.05, [], "hot loop, second exec"),
    hotLoop(bench, "root", "hot loop of a stubbed call", {
      goal: 1.05,
      options: stub,
      call: "getppid",
      floor: "allow-all",
    }),
    hotLoop(bench, "root", "hot loop, eBPF", {
      goal: 1.3,
      options: ["--discover", "ebpf"],
      call: "getuid",
      floor: "empty-tracepoint",
    }),
  ];
  const unprivileged: Row[] = [];
  for (const way of ["user", "user-namespace"] as const) {
    const where = way === "user" ? "as a user" : "in a user namespace";
    unprivileged.push(
      hotLoop(bench, way, `${where}: hot loop beside a stubbed call`, {
        goal: 1.1,
        options: stub,
        call: "getuid",
        floor: "allow-all",
      }),
      secondExec(bench, way, 1.1, stub, `${where}: hot loop, second exec, beside a stubbed call`),
      await makeRow(bench, way, 1.1, 1, STUB, `${where}: make -j2, a stubbed call`),
      hotLoop(bench, way, `${where}: hot loop of the stubbed call itself`, {
        options: stub,
        call: "getppid",
        loupeCalls: STRACED_CALLS,
      }),
    );
  }
  return runsAsRoot ? [...asRoot, ...unprivileged] : unprivileged;
}
