// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, symlink } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { findSourceCalls } from "../../src/source/find-calls.js";
import { openScratch } from "../support/scratch.js";

/** The uses of the calls in a function with this body, one after the other. */
async function usesIn(body: string): Promise<readonly string[]> {
  const scratch = await openScratch();
  await scratch.file("x.c", `int f(int fd, char *b, struct s *s)\n{\n${body}\n}\n`);
  return (await findSourceCalls(scratch.directory)).calls.map(({ wrapper, use }) => `${wrapper} ${use}`);
}

describe("what becomes of a result", () => {
  test.each<[string, readonly string[]]>([
    ["close(fd);", ["close ignored"]],
    ["(void)close(fd);", ["close discarded"]],
    ["b = b, close(fd);", ["close ignored"]],
    ["if (close(fd)) return 1;", ["close checked"]],
    ["if (close(fd) != 0) return 1;", ["close checked"]],
    ["if ((fd = open(b, 0)) < 0) return 1;", ["open checked"]],
    ["while (read(fd, b, 1) > 0) ;", ["read checked"]],
    ["for (; write(fd, b, 1); ) ;", ["write checked"]],
    ["for (close(fd); ; ) ;", ["close ignored"]],
    ["do ; while (!close(fd));", ["close checked"]],
    ["switch (fork()) { case 0: ; }", ["fork checked"]],
    ["return close(fd) ? 1 : 2;", ["close checked"]],
    ["return -close(fd);", ["close passed-on"]],
    ["g((int)open(b, 0));", ["open passed-on"]],
    ["assert(close(fd) == 0);", ["close checked"]],
    ["int n = read(fd, b, 1); if (n < 0) return 1;", ["read checked"]],
    ["int n = read(fd, b, 1); g(n);", ["read passed-on"]],
    ["int n = read(fd, b, 1); n = 0;", ["read stored"]],
    ["void *p = mmap(0, 1, 0, 0, fd, 0); if (p == MAP_FAILED) return 1;", ["mmap checked"]],
    ["s->fd = open(b, 0); if (s->fd == -1) return 1;", ["open checked"]],
    ["s->fd = open(b, 0);", ["open stored"]],
    ["if (s->fd) return 0; s->fd = open(b, 0);", ["open stored"]],
  ])("%s", async (body, expected) => {
    expect(await usesIn(body)).toEqual(expected);
  });
});

describe("calls of a source tree", () => {
  test("are those of the C library's functions, by system call, file and line", async () => {
    const scratch = await openScratch();
    await mkdir(scratch.path("sub"));
    await scratch.file("sub/a.c", 'void f(void)\n{\n\twaitpid(1, 0, 0);\n\tx.close(1);\n\tprintf("close(1)");\n}\n');
    await scratch.file("b.c", "#if A\nint g(int n) { return syscall(SYS_gettid) + syscall(n); }\n#endif\n");
    await scratch.file("notes.txt", "close(1);");
    const found = await findSourceCalls(scratch.directory);
    expect(found).toMatchObject({ files: 2, filesWithErrors: 0 });
    expect(found.calls).toEqual([
      { file: "b.c", line: 2, wrapper: "gettid", syscall: "gettid", use: "passed-on" },
      { file: "sub/a.c", line: 3, wrapper: "waitpid", syscall: "wait4", use: "ignored" },
    ]);
    expect(found.computed).toEqual([{ file: "b.c", line: 2 }]);
  });

  test("are not those of functions that it defines itself", async () => {
    const scratch = await openScratch();
    await scratch.file("a.c", "void f(void) { send(1); recv(2); }");
    await scratch.file("b.c", "static struct x *send(int to)\n{ return 0; }\n");
    expect((await findSourceCalls(scratch.directory)).calls.map(({ wrapper }) => wrapper)).toEqual(["recv"]);
  });

  test("do not lead out of the tree, nor stop at a file that is no C", async () => {
    const scratch = await openScratch();
    await mkdir(scratch.path("tree"));
    await scratch.file("outside.c", "void f(void) { close(1); }");
    await symlink(scratch.path("outside.c"), scratch.path("tree/link.c"));
    await symlink(scratch.directory, scratch.path("tree/up"));
    await scratch.file(
      "tree/garbage.c",
      Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) % 256),
    );
    await scratch.file("tree/good.c", 'void f(void) { open("", 0); }');
    const found = await findSourceCalls(scratch.path("tree"));
    expect(found.calls.map(({ file }) => file)).toEqual(["good.c"]);
    expect(found).toMatchObject({ files: 2, filesWithErrors: 1 });
  });

  test("need C source", async () => {
    const scratch = await openScratch();
    const file = await scratch.file("x.txt", "");
    await expect(findSourceCalls(scratch.directory)).rejects.toThrow(/no C source file/);
    await expect(findSourceCalls(file)).rejects.toThrow(/not a directory/);
    await expect(findSourceCalls(scratch.path("none"))).rejects.toThrow(/cannot be read/);
  });
});
