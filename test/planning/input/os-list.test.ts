// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { readOsList } from "../../../src/planning/input/os-list.js";
import { writeInput } from "./write-input.js";

async function read(content: string | Uint8Array): Promise<Awaited<ReturnType<typeof readOsList>>> {
  return readOsList(await writeInput("os.syscalls", content), "x86_64");
}

const messages = (notes: readonly { readonly line: number; readonly message: string }[]): readonly string[] =>
  notes.map(({ line, message }) => `${line}: ${message}`);

describe("readOsList", () => {
  it("reads names, with comments and empty lines", async () => {
    const { states, notes, unknown } = await read("# ours\nread\n\n  write # partly?\r\n");
    expect(Object.fromEntries(states)).toEqual({ read: "full", write: "full" });
    expect([notes, unknown]).toEqual([[], []]);
  });

  it("reads statuses, with or without a header", async () => {
    const body = "read,full\nioctl,Partial\nmadvise , stub\nutime,fake\nbpf,none\n";
    for (const text of [body, `name,status\n${body}`]) {
      const { states } = await read(text);
      expect(Object.fromEntries(states)).toEqual({
        read: "full",
        ioctl: "partial",
        madvise: "stub",
        utime: "fake",
        bpf: "none",
      });
    }
  });

  it("understands numbers and other names, and says how", async () => {
    const { states, notes } = await read("39\n0x0\npread\nsigaction\nsys_brk\ngetuid32\nmmap2\nfutex_time64\n");
    expect([...states.keys()]).toEqual([
      ...["getpid", "read", "pread64", "rt_sigaction", "brk", "getuid", "mmap", "futex"],
    ]);
    expect(messages(notes)).toContain("1: number 39 is getpid on x86_64");
    expect(messages(notes)).toContain("4: sigaction is counted as rt_sigaction");
    expect(notes).toHaveLength(8);
  });

  it("reports each line that it does not know, with what may have been meant", async () => {
    const { states, unknown } = await read("read\nopnat\nsocketcall\n9999\nzzzzzz\n");
    expect([...states.keys()]).toEqual(["read"]);
    expect(messages(unknown)).toEqual([
      expect.stringMatching(/^2: "opnat" is not a system call of x86_64: did you mean openat/),
      '3: "socketcall" is a call of i386, not of x86_64',
      "4: 9999 is not the number of a system call of x86_64",
      expect.stringMatching(/^5: "zzzzzz" is not a system call/),
    ]);
  });

  it("says that a call is there twice", async () => {
    const { notes } = await read("read\nread\npread64\npread\n");
    expect(messages(notes)).toEqual([
      "2: read is there already, in line 1",
      "4: pread is counted as pread64",
      "4: pread64 is there already, in line 3",
    ]);
  });

  it.each([
    ["read,full\nread,stub\n", /os\.syscalls:2: read is stub, but full in line 1/],
    ["read,maybe\n", /:1: "read,maybe" should be NAME,STATUS; STATUS is full, partial/],
    [",full\n", /:1: .* should be NAME,STATUS/],
    ["read,full,really\n", /:1: .* neither a name/],
    ["read write\n", /:1: "read write" is neither a name/],
    ["<html>\n<body>\n", /no line names a system call of x86_64; the first: "<html>" is not/],
    [new Uint8Array([0x1f, 0x8b, 0, 0]), /not a text file; if it is compressed/],
    [new Uint8Array([0x72, 0xff, 0x0a]), /not a text in UTF-8/],
  ])("refuses %j", async (content, sentence) => {
    await expect(read(content)).rejects.toThrow(sentence);
  });

  it("takes an empty list for a system that has nothing", async () => {
    expect((await read("# nothing yet\n")).states.size).toBe(0);
  });

  it("knows the example that is shipped, line by line", async () => {
    const { states, notes, unknown } = await readOsList("templates/os/systemd-basic.syscalls", "x86_64");
    expect(states.size).toBe(60);
    expect([notes, unknown]).toEqual([[], []]);
  });
});
