// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import {
  listSyscalls,
  nameSyscall,
  numberSyscall,
  parseSyscallName,
  UnknownSyscallError,
} from "../../src/tracing/syscall-table.js";

test("names and numbers are those of the two architectures", () => {
  expect(nameSyscall("x86_64", 39)).toBe("getpid");
  expect(nameSyscall("aarch64", 172)).toBe("getpid");
  expect(nameSyscall("i386", 20)).toBe("getpid");
  expect(nameSyscall("x32", 39)).toBe("getpid");
  expect(nameSyscall("x32", 39 | 0x40000000)).toBe("getpid");
  expect(numberSyscall("x86_64", "openat")).toBe(257);
  expect(numberSyscall("aarch64", "openat")).toBe(56);
  expect(numberSyscall("aarch64", "open")).toBeUndefined();
  expect(numberSyscall("x86_64", "constructor")).toBeUndefined();
});

test.runIf(process.arch === "x64")("the table has every number of the installed header", async () => {
  const { stdout } = await execa("gcc", ["-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null"]);
  const defined = [...stdout.matchAll(/^#define __NR_(\w+) (\d+)$/gm)];
  expect(defined.length).toBeGreaterThan(300);
  for (const [, name = "", number] of defined) {
    expect(numberSyscall("x86_64", name), name).toBe(Number(number));
  }
});

test("numbers without a name stay visible as strace prints them, and are understood again", () => {
  expect(nameSyscall("x86_64", 9999)).toBe("syscall_0x270f");
  expect(parseSyscallName("syscall_0x270f", "x86_64")).toEqual({ number: 9999, name: "syscall_0x270f" });
  expect(parseSyscallName("0", "x86_64")).toEqual({ number: 0, name: "read" });
  expect(parseSyscallName("0x101", "x86_64")).toEqual({ number: 257, name: "openat" });
});

test.each([
  ["wriet", ["write"]],
  ["opnat", ["openat"]],
  ["GETPID", ["getpid"]],
])("%s is refused with close matches", (text, matches) => {
  const refusal = (() => {
    try {
      return parseSyscallName(text, "x86_64");
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(UnknownSyscallError);
  expect((refusal as UnknownSyscallError).closeMatches).toEqual(expect.arrayContaining(matches));
  expect((refusal as UnknownSyscallError).message).toContain(JSON.stringify(text));
});

test.each(["", "-1", "1.5", "99999999999", "0xffffffff1", "__proto__", "open\u0000at"])("%j is no call", (text) => {
  expect(() => parseSyscallName(text, "x86_64")).toThrow(UnknownSyscallError);
});

test("the generated file names the headers that it was made from", async () => {
  const source = await readFile("src/tracing/syscall-numbers.ts", "utf8");
  expect(source).toMatch(/from linux-libc-dev \d+\.\d+/);
  expect(listSyscalls("x86_64").map(({ number }) => number)).toEqual(
    [...listSyscalls("x86_64").map(({ number }) => number)].sort((left, right) => left - right),
  );
});
