// SPDX-License-Identifier: GPL-3.0-or-later
// Small programs, compiled here, whose calls are known; and real ones, whose calls are traced.
import { writeFile } from "node:fs/promises";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { listUsedSyscalls } from "../../src/analysis/observed-features.js";
import { analyzeElf, type StaticAnalysis } from "../../src/static/analyze-elf.js";
import { ModuleLoader } from "../../src/static/modules.js";
import { runTracer } from "../../src/tracing/tracer.js";
import { openScratch, type Scratch } from "../support/scratch.js";

/** One for all: the C library is disassembled once. */
const loader = new ModuleLoader();

/** Compiles a program without a C library, so that its own calls are all that there are. */
async function compile(scratch: Scratch, source: string, flags: readonly string[] = []): Promise<string> {
  const [file, path] = [scratch.path("prog.c"), scratch.path("prog")];
  await writeFile(file, `${BARE}${source}`);
  await execa("gcc", ["-O1", "-nostdlib", "-static", "-fno-stack-protector", "-o", path, file, ...flags]);
  return path;
}

const BARE = `
static long call(long number)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
	return result;
}
#define NOINLINE __attribute__((noinline, noclone, noipa))
#define START __attribute__((noreturn)) void _start(void)
#define END __builtin_unreachable()
`;

const names = ({ syscalls }: StaticAnalysis): readonly string[] => syscalls.map(({ name }) => name);
const kinds = ({ unknown }: StaticAnalysis): readonly string[] => unknown.map(({ kind }) => kind);

describe("calls of a program", () => {
  test.each<[string, string, readonly string[]]>([
    ["constants", "START { call(39); call(60); END; }", ["exit", "getpid"]],
    [
      "one of several constants",
      `volatile int v;
       START {
         int n;
         if (v) { __asm__ volatile("nop"); n = 39; } else { __asm__ volatile("nop; nop"); n = 102; }
         call(n); call(60); END;
       }`,
      ["exit", "getpid", "getuid"],
    ],
    [
      "a constant in a loop",
      "volatile int v; START { for (int i = 0; i < v; i++) call(39); call(60); END; }",
      ["exit", "getpid"],
    ],
    [
      "numbers that are handed over",
      `NOINLINE long outer(long x, long number) { return call(number) + x; }
       NOINLINE long middle(long number) { return outer(1, number); }
       START { middle(39); middle(102); outer(2, 60); END; }`,
      ["exit", "getpid", "getuid"],
    ],
    [
      "numbers that are handed over on the stack",
      `NOINLINE long seventh(long a, long b, long c, long d, long e, long f, long number) { return call(number) + a + f; }
       START { seventh(1, 2, 3, 4, 5, 6, 39); seventh(1, 2, 3, 4, 5, 6, 60); END; }`,
      ["exit", "getpid"],
    ],
    // As glibc 2.41 and later do for every call at which a thread may be cancelled.
    [
      "numbers that are handed on from stack to stack",
      `NOINLINE long seventh(long a, long b, long c, long d, long e, long f, long number) { return call(number) + a + f; }
       __asm__(".text\\n.type passes, @function\\npasses: sub $16, %rsp\\n push 24(%rsp)\\n call seventh\\n"
               " pop %rdx\\n pop %rcx\\n add $8, %rsp\\n ret\\n.size passes, .-passes");
       long passes(long, long, long, long, long, long, long);
       START { passes(1, 2, 3, 4, 5, 6, 39); seventh(1, 2, 3, 4, 5, 6, 102); passes(1, 2, 3, 4, 5, 6, 60); END; }`,
      ["exit", "getpid", "getuid"],
    ],
    [
      "functions that are called through pointers",
      `NOINLINE void a(void) { call(39); }
       NOINLINE void b(void) { call(102); }
       void (*volatile table[])(void) = { a };
       START { void (*volatile p)(void) = b; p(); table[0](); call(60); END; }`,
      ["exit", "getpid", "getuid"],
    ],
    [
      "the cases of a switch",
      `NOINLINE void choose(int x) {
         switch (x) {
         case 0: call(39); break; case 1: call(102); break; case 2: call(104); break;
         case 3: call(107); break; case 4: call(108); break; case 5: call(110); break;
         }
       }
       volatile int v; START { choose(v); call(60); END; }`,
      ["exit", "getegid", "geteuid", "getgid", "getpid", "getppid", "getuid"],
    ],
  ])("%s", async (_, source, expected) => {
    const scratch = await openScratch();
    for (const flags of [[], ["-static-pie", "-fPIE"], ["-O2"]]) {
      const analysis = await analyzeElf(loader, await compile(scratch, source, flags), []);
      expect({ flags, names: names(analysis), kinds: kinds(analysis) }).toEqual({ flags, names: expected, kinds: [] });
    }
  });

  test("code that cannot be reached does not count", async () => {
    const scratch = await openScratch();
    const source = `__attribute__((used)) NOINLINE void never(void) { call(39); }
      START { call(60); END; }`;
    for (const flags of [[], ["-s"], ["-s", "-fno-asynchronous-unwind-tables"]]) {
      const analysis = await analyzeElf(loader, await compile(scratch, source, flags), []);
      expect({ flags, names: names(analysis) }).toEqual({ flags, names: ["exit"] });
      expect(analysis.everywhere).toEqual(["exit", "getpid"]);
    }
  });

  test("a number that is computed is said to be unknown", async () => {
    const scratch = await openScratch();
    const analysis = await analyzeElf(
      loader,
      await compile(scratch, "volatile int v; START { call(v); call(60); END; }"),
      [],
    );
    expect(names(analysis)).toEqual(["exit"]);
    expect(kinds(analysis)).toEqual(["computed-number"]);
  });

  test("calls of the 32-bit table are no calls of ours", async () => {
    const scratch = await openScratch();
    const source = 'START { __asm__ volatile("int $0x80" : : "a"(20)); call(60); END; }';
    const analysis = await analyzeElf(loader, await compile(scratch, source), []);
    expect(names(analysis)).toEqual(["exit"]);
    expect(kinds(analysis)).toEqual(["foreign-table"]);
  });

  test("there is a way to each of them", async () => {
    const scratch = await openScratch();
    const source =
      "NOINLINE void a(void) { call(39); } NOINLINE void b(void) { a(); a(); } START { b(); call(60); END; }";
    const analysis = await analyzeElf(loader, await compile(scratch, source), []);
    expect(analysis.pathTo("getpid")).toHaveLength(3);
    expect(analysis.pathTo("exit")).toHaveLength(1);
    expect(analysis.pathTo("read")).toBeUndefined();
  });
});

describe("libraries", () => {
  async function compileLinked(scratch: Scratch, source: string, flags: readonly string[] = []): Promise<string> {
    await scratch.file("linked.c", source);
    await execa("gcc", ["-O1", "-o", scratch.path("linked"), scratch.path("linked.c"), ...flags]);
    return scratch.path("linked");
  }

  test("count as far as the program uses them, syscall(2) by its argument", async () => {
    const scratch = await openScratch();
    const source =
      '#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { return syscall(SYS_memfd_create, "", 0) < 0; }';
    const analysis = await analyzeElf(loader, await compileLinked(scratch, source), []);
    expect(names(analysis)).toEqual(expect.arrayContaining(["memfd_create", "openat", "mmap", "exit_group"]));
    expect(names(analysis)).not.toContain("reboot");
    expect(analysis.everywhere).toContain("reboot");
    expect(analysis.unknown).toEqual([]);
  });

  test("are found by RUNPATH, and named where they are opened", async () => {
    const scratch = await openScratch();
    await scratch.file("own.c", "#include <unistd.h>\n#include <sys/reboot.h>\nint own(void) { return reboot(0); }");
    await execa("gcc", ["-shared", "-fPIC", "-o", scratch.path("libown.so"), scratch.path("own.c")]);
    const linked = await compileLinked(scratch, "int own(void); int main(void) { return own(); }", [
      ...["-L", scratch.directory, "-lown", "-Wl,-rpath,$ORIGIN"],
    ]);
    const uses = await analyzeElf(loader, linked, []);
    expect(uses.libraries).toContain(scratch.path("libown.so"));
    expect(uses.syscalls.find(({ name }) => name === "reboot")?.files).toEqual(["libc.so.6"]);

    const opens = "#include <dlfcn.h>\nint main(int c, char **v) { return dlopen(v[1], 1) == 0; }";
    const program = await compileLinked(scratch, opens);
    const alone = await analyzeElf(new ModuleLoader(), program, []);
    expect(kinds(alone)).toContain("opens-libraries");
    expect(names(alone)).not.toContain("reboot");
    const named = await analyzeElf(new ModuleLoader(), program, [scratch.path("libown.so")]);
    expect(names(named)).toContain("reboot");
  });

  test("that are missing are an error that names them", async () => {
    const scratch = await openScratch();
    await scratch.file("own.c", "int own(void) { return 0; }");
    await execa("gcc", ["-shared", "-fPIC", "-o", scratch.path("libgone.so"), scratch.path("own.c")]);
    const flags = ["-L", scratch.directory, "-lgone"];
    const program = await compileLinked(scratch, "int own(void); int main(void) { return own(); }", flags);
    await expect(analyzeElf(new ModuleLoader(), program, [])).rejects.toThrow(
      /linked needs libgone\.so, which is not there/,
    );
  });
});

test.each([
  ["/usr/bin/gzip", "gzip -k data; gzip -t data.gz; gzip -dc data.gz; gzip -l data.gz"],
  ["/usr/bin/sort", "sort -S 32K --parallel=2 data -o sorted; sort -R data"],
  ["/usr/bin/sed", "sed -i.bak s/1/2/ data; sed -n 2,4p data"],
])("%s makes no call that its code does not have", async (program, script) => {
  const scratch = await openScratch();
  await scratch.file("data", Array.from({ length: 5000 }, (_, index) => `${index * 7919}\n`).join(""));
  const { report } = await runTracer({
    command: ["/bin/sh", "-c", script],
    directory: scratch.directory,
    considered: [program],
    discover: "numbers",
    output: { kind: "ignore" },
  });
  const used = listUsedSyscalls(report).map(({ feature }) => feature.name);
  const analysis = await analyzeElf(loader, program, []);
  expect(used.length).toBeGreaterThan(15);
  expect(names(analysis)).toEqual(expect.arrayContaining([...used]));
  expect(names(analysis).length).toBeLessThan(analysis.everywhere.length / 2);
});
