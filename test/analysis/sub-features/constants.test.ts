// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { CONSTANTS } from "../../../src/analysis/sub-features/constants.js";
import { IOCTL_REQUESTS } from "../../../src/analysis/sub-features/ioctl-requests.js";
import { nativeArchitecture } from "../../../src/tracing/syscall-table.js";

const native = nativeArchitecture() ?? "x86_64";

/** Headers that can be included together, and have most of the names. */
const HEADERS =
  `fcntl prctl resource mman futex sched fs falloc eventpoll time ipc shm sem msg fadvise random memfd seccomp keyctl
  wait in in6 udp netlink if_packet sockios loop vt kd cdrom rtc if_tun
  termios serial fiemap blktrace_api`
    .split(/\s+/)
    .map((name) => `linux/${name}.h`)
    .concat("asm/ioctls.h", "asm/socket.h");

/** What this machine's own compiler and headers, often much older ones, say of those names that they know. */
async function evaluateHere(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const lines = names.map((name) => `#ifdef ${name}\nprintf("${name} %u\\n", (unsigned)(${name}));\n#endif\n`);
  const program = [
    ...HEADERS.map((header) => `#if __has_include(<${header}>)\n#include <${header}>\n#endif\n`),
    "int printf(const char *, ...);\nint main(void) {\n",
    ...lines,
    "return 0; }\n",
  ].join("");
  const directory = await mkdtemp(join(tmpdir(), "loupe-constants-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const binary = join(directory, "constants");
  await execa("gcc", ["-w", "-x", "c", "-", "-o", binary], { input: program });
  const { stdout } = await execa(binary);
  return new Map(
    stdout.split("\n").map((line) => {
      const [name = "", value] = line.split(" ");
      return [name, Number(value)] as const;
    }),
  );
}

it("agrees with the headers of this machine", async () => {
  const sets = [...Object.values(CONSTANTS), { kind: "value" as const, ...IOCTL_REQUESTS }];
  const entries = sets.flatMap((set) =>
    Object.entries<number>({ ...set.common, ...set[native] }).map(([name, value]) => ({ name, value, kind: set.kind })),
  );
  const here = await evaluateHere([...new Set(entries.map(({ name }) => name))]);
  const known = entries.filter(({ name }) => here.has(name));
  expect(known.length).toBeGreaterThan(400);
  for (const { name, value, kind } of known) {
    // A flag that contains others (O_SYNC) has the bit in the table that is its own.
    const expected = here.get(name) ?? 0;
    expect(kind === "bits" ? (expected & value) >>> 0 : expected, name).toBe(value);
  }
});
