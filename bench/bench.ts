// SPDX-License-Identifier: GPL-3.0-or-later
// Where the benchmarks run: a directory that an ordinary user can read too, with the tracer and the programs in it.
import { chmod, chown, copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { ownerOf, prefixOf, type Way } from "../test/tracer/privileges.js";

export class Bench {
  private constructor(readonly directory: string) {}

  static async open(): Promise<Bench> {
    await execa("make", ["--silent", "-C", "bench/programs"], { stdout: "ignore", stderr: "inherit" });
    const bench = new Bench(await mkdtemp(join(tmpdir(), "loupe-bench-")));
    await chmod(bench.directory, 0o755);
    await copyFile(resolve("tracer/loupe-tracer"), bench.tracer);
    await cp("bench/programs/build", bench.path("programs"), { recursive: true });
    return bench;
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  private get tracer(): string {
    return this.path("loupe-tracer");
  }

  program(name: string): string {
    return this.path(`programs/${name}`);
  }

  /** A directory that the user of this way owns, empty. */
  async emptyDirectory(name: string, way: Way): Promise<string> {
    const directory = this.path(`${name}-${way}`);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    await chown(directory, ownerOf(way), ownerOf(way));
    return directory;
  }

  /** The command under loupe-tracer. */
  async underLoupe(way: Way, options: readonly string[]): Promise<string[]> {
    const output = join(await this.emptyDirectory("report", way), "report.jsonl");
    return [this.tracer, "--output", output, ...options, "--"];
  }

  /** The command under strace with the output that is cheapest for it: none. */
  underStrace(): string[] {
    return ["strace", "-f", "-qq", "-o", "/dev/null"];
  }

  /** Runs a command and gives what it printed; a command that fails is an error, not a fast run. */
  async run(way: Way, words: readonly string[], directory: string = this.directory): Promise<string> {
    const [file = "", ...args] = [...prefixOf(way), ...words];
    const { stdout } = await execa(file, args, {
      cwd: directory,
      env: { HOME: directory, TMPDIR: directory, LC_ALL: "C" },
    });
    return stdout;
  }
}
