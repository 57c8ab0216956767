// SPDX-License-Identifier: GPL-3.0-or-later
// A profile for systemd, loaded by a systemd that really runs: booted in a container, with the programs of this machine.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = resolve(".");
const BOOT_SECONDS = 180;

/** A container needs root; without it, test/export/formats.test.ts has systemd read the profile, and nobody loads it. */
const asRoot = it.runIf(process.getuid?.() === 0);

/** What runs once the system is up; then it goes down again. */
const service = (directory: string): string => `[Service]
Type=oneshot
WorkingDirectory=${directory}
Environment=HOME=/root LC_ALL=C
ExecStart=/bin/sh ${directory}/check.sh
ExecStopPost=/bin/systemctl poweroff --no-block
`;

const CHECK = `
run() { "$@"; echo "status $?"; }
{
  loupe=${ROOT}/bin/loupe
  run $loupe export systemd gzip.json --output u.conf --verify -- gzip --stdout numbers
  run $loupe export systemd gzip.json --output u.conf --verify -- gzip --keep --force numbers
  run $loupe export systemd --allow required gzip.json --output u.conf --verify -- gzip --stdout numbers
} >result 2>&1
`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "loupe-systemd-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

asRoot("systemd-run loads the profile, and the kernel refuses what is not in it", async () => {
  const [tree, work] = [join(directory, "tree"), join(directory, "work")];
  await mkdir(work);
  await writeFile(join(work, "numbers"), "1\n2\n3\n".repeat(1000));
  await writeFile(join(work, "check.sh"), CHECK);
  const analysis = ["analyze", "--replicas", "1", "--output", "gzip.json", "--", "gzip", "--stdout", "numbers"];
  await execa(join(ROOT, "bin/loupe"), analysis, { cwd: work });
  const { stdout: suite } = await execa("sh", ["-c", '. /etc/os-release; printf %s "$VERSION_CODENAME"']);
  await execa("mmdebstrap", ["--variant=minbase", "--include=systemd,systemd-sysv,dbus", suite, tree]);
  const units = join(tree, "etc/systemd/system");
  await writeFile(join(units, "loupe-test.service"), service(work));
  await mkdir(join(units, "multi-user.target.wants"), { recursive: true });
  await symlink("../loupe-test.service", join(units, "multi-user.target.wants/loupe-test.service"));
  // The container's own /tmp would hide what is bound below it.
  await symlink("/dev/null", join(units, "tmp.mount"));
  const binds = ["--bind-ro=/usr", `--bind-ro=${ROOT}`, `--bind=${work}`];
  await execa(
    "systemd-nspawn",
    ["--quiet", `--directory=${tree}`, "--register=no", "--keep-unit", ...binds, "--boot"],
    {
      stdin: "ignore",
      timeout: BOOT_SECONDS * 1000,
      reject: false,
    },
  );
  const result = await readFile(join(work, "result"), "utf8");
  expect(result.match(/^status \d+$/gm), result).toEqual(["status 0", "status 1", "status 0"]);
  expect(result).toContain("verified with systemd-run: the command passes under the profile");
  expect(result).toContain("numbers.gz: Function not implemented");
  expect(await readFile(join(work, "u.conf"), "utf8")).toContain("SystemCallErrorNumber=ENOSYS");
});
