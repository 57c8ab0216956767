// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { FORMATS } from "../../src/export/formats.js";
import { type Policy, REFUSALS } from "../../src/export/policy.js";
import { SYSTEMD_GROUPS } from "../../src/export/systemd-groups.js";
import { numberSyscall } from "../../src/tracing/syscall-table.js";

function policy(allowed: readonly string[], changes: Partial<Policy> = {}): Policy {
  const calls = allowed.map((name) => ({ name, number: numberSyscall("x86_64", name) ?? 500 }));
  return { allowed: calls, unavailable: [], otherwise: REFUSALS.ENOSYS, ...changes };
}

describe("seccomp-oci", () => {
  const write = (described: Policy) => JSON.parse(FORMATS["seccomp-oci"].write(described) as string);

  it("is an object as the runtime specification has it", () => {
    expect(write(policy(["write", "read"]))).toEqual({
      defaultAction: "SCMP_ACT_ERRNO",
      defaultErrnoRet: 38,
      architectures: ["SCMP_ARCH_X86_64"],
      syscalls: [{ names: ["read", "write"], action: "SCMP_ACT_ALLOW" }],
    });
  });

  it("says of unavailable calls what differs from all others", () => {
    const unavailable = [{ name: "getppid", number: 110 }];
    expect(write(policy(["read"], { unavailable, otherwise: REFUSALS.kill }))).toMatchObject({
      defaultAction: "SCMP_ACT_KILL_PROCESS",
      syscalls: [{}, { names: ["getppid"], action: "SCMP_ACT_ERRNO", errnoRet: 38 }],
    });
    expect(write(policy(["read"], { unavailable })).syscalls).toHaveLength(1);
    expect(write(policy(["read"], { otherwise: REFUSALS.log })).defaultErrnoRet).toBeUndefined();
  });

  it("knows calls by name alone", () => {
    expect(() => write(policy(["syscall_0x1f4"]))).toThrow(/has no name.*seccomp-bpf/);
  });
});

describe("systemd", () => {
  const write = (described: Policy) => FORMATS.systemd.write(described) as string;
  const listWords = (unit: string): readonly string[] =>
    [...unit.matchAll(/^SystemCallFilter=(.*)$/gm)].flatMap(([, words]) => (words ? words.split(" ") : []));

  it("names a group where all of its calls are allowed, and no other", () => {
    const ids = SYSTEMD_GROUPS["@timer"].filter((name) => numberSyscall("x86_64", name) !== undefined);
    expect(listWords(write(policy(["read", ...ids])))).toEqual(["@timer", "read"]);
    const [, ...most] = ids;
    expect(listWords(write(policy(["read", ...most])))).toEqual([...most, "read"].sort());
  });

  it("says how other calls are answered", () => {
    expect(write(policy(["read"]))).toMatch(/^SystemCallErrorNumber=ENOSYS$/m);
    expect(write(policy(["read"], { otherwise: REFUSALS.EPERM }))).toMatch(/^SystemCallErrorNumber=EPERM$/m);
    expect(write(policy(["read"], { otherwise: REFUSALS.kill }))).not.toMatch(/SystemCallErrorNumber/);
    expect(write(policy(["read"]))).toMatch(/^SystemCallArchitectures=native$/m);
  });

  it("refuses what systemd cannot say", () => {
    expect(() => write(policy(["read"], { otherwise: REFUSALS.log }))).toThrow(/log/);
    const unavailable = [{ name: "getppid", number: 110 }];
    expect(() => write(policy(["read"], { unavailable, otherwise: REFUSALS.EPERM }))).toThrow(/ENOSYS/);
  });

  it("is understood by systemd itself", async () => {
    const directory = mkdtempSync(join(tmpdir(), "loupe-systemd-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const unit = join(directory, "loupe-test.service");
    const verify = async (filter: string): Promise<string> => {
      writeFileSync(unit, `${filter}ExecStart=/bin/true\n`);
      const { all } = await execa("systemd-analyze", ["--man=no", "verify", unit], { all: true, reject: false });
      return all
        .split("\n")
        .filter((line) => line.includes("loupe-test.service"))
        .join("\n");
    };
    const everything = Object.values(SYSTEMD_GROUPS)
      .flat()
      .filter((name) => numberSyscall("x86_64", name) !== undefined);
    expect(await verify(write(policy([...new Set(everything)])))).toBe("");
    expect(await verify(write(policy(["read"])).replace("read", "raed"))).toContain("raed");
  });
});
