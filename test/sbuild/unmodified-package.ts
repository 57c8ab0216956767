// SPDX-License-Identifier: GPL-3.0-or-later
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { Manifest } from "../../src/manifest/schema.js";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: run these tests by "npm run test:sbuild", which makes what it names`);
  }
  return value;
}

/** A tar archive of a chroot, and the directory of our own packages; scripts/test makes both. */
const CHROOT = requireVariable("LOUPE_TEST_CHROOT");
const PACKAGES = requireVariable("LOUPE_TEST_PACKAGES");

/** A directory for one build: its source, its temporary files and what it makes. */
export class UnmodifiedPackage {
  readonly output: string;
  readonly temporary: string;

  private constructor(
    readonly directory: string,
    readonly dsc: string,
  ) {
    this.output = join(directory, "output");
    this.temporary = directory;
  }

  static async #makeDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "loupe-test-sbuild-"));
    await execa("chmod", ["755", directory]);
    return directory;
  }

  /** Fetches the source package `name` of the archive. */
  static async fetch(name: string): Promise<UnmodifiedPackage> {
    const directory = await UnmodifiedPackage.#makeDirectory();
    const source = join(directory, "source");
    await execa(join(REPOSITORY, "scripts/fetch-source"), ["--no-build-deps", name, source]);
    const dsc = (await readdir(source)).find((file) => file.endsWith(".dsc"));
    return new UnmodifiedPackage(directory, join(source, dsc ?? "missing"));
  }

  /** Makes a source package of a fixture, with `files` written over it. */
  static async make(fixture: string, files: Readonly<Record<string, string>>): Promise<UnmodifiedPackage> {
    const directory = await UnmodifiedPackage.#makeDirectory();
    const tree = join(directory, `${fixture}-1.0`);
    await cp(join(REPOSITORY, "test/fixtures/packages", fixture), tree, { recursive: true });
    for (const [path, text] of Object.entries({ "debian/source/format": "3.0 (native)\n", ...files })) {
      await writeFile(join(tree, path), text);
    }
    await execa("sed", ["-i", "1s/-1)/)/", join(tree, "debian/changelog")]);
    await execa("dpkg-source", ["-b", tree], { cwd: directory });
    return new UnmodifiedPackage(directory, join(directory, `${fixture}_1.0.dsc`));
  }

  /** Starts `loupe build`; our own packages are there unless `options` bring others. */
  start(options: readonly string[] = ["--extra-package", PACKAGES]) {
    const words = [
      "build",
      "--dist",
      "bookworm",
      "--chroot",
      CHROOT,
      "--output-dir",
      this.output,
      ...options,
      this.dsc,
    ];
    return execa(join(REPOSITORY, "bin/loupe"), words, {
      env: { DEB_LOUPE_OPTIONS: "--replicas 1", DEB_BUILD_OPTIONS: "", TMPDIR: this.temporary },
      reject: false,
      stdin: "ignore",
    });
  }

  async readManifest(): Promise<Manifest> {
    const [name, ...others] = (await readdir(this.output)).filter((file) => file.endsWith(".loupe.json"));
    if (name === undefined || others.length > 0) {
      throw new Error(`one manifest was expected in ${this.output}`);
    }
    return JSON.parse(await readFile(join(this.output, name), "utf8")) as Manifest;
  }

  async readChanges(): Promise<string> {
    const name = (await readdir(this.output)).find((file) => file.endsWith(".changes"));
    return readFile(join(this.output, name ?? "missing"), "utf8");
  }

  /** The log so far; empty before there is one. */
  async readLog(): Promise<string> {
    const name = (await readdir(this.output).catch(() => [])).find((file) => file.endsWith(".build"));
    return name === undefined ? "" : readFile(join(this.output, name), "utf8").catch(() => "");
  }

  /** What a build may have left: temporary directories, and processes that name them. */
  async listRemains(): Promise<readonly string[]> {
    const directories = (await readdir(this.temporary)).filter((name) => name.startsWith("loupe-sbuild-"));
    const { stdout } = await execa("pgrep", ["--full", "--list-full", `${this.temporary}/loupe-sbuild-`], {
      reject: false,
    });
    const mounts = (await readFile("/proc/self/mounts", "utf8"))
      .split("\n")
      .filter((line) => line.includes(this.temporary));
    return [...directories, ...stdout.split("\n").filter((line) => line !== ""), ...mounts];
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
