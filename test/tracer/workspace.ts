// SPDX-License-Identifier: GPL-3.0-or-later
// A directory of its own for each test, in which the real tracer runs the programs of tracer/test.
import { existsSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa, type Options } from "execa";
import { expect, onTestFinished } from "vitest";
import { ownerOf, prefixOf, type Way } from "./privileges.js";
import { Report } from "./report.js";

const TRACER = resolve(process.env.LOUPE_TRACER ?? "tracer/loupe-tracer");
const PROGRAMS = resolve("tracer/test/build");

/** In the environment of everything that a test starts, so that what outlives the test is found. */
const MARKER = "LOUPE_TEST_MARKER";

export interface Settings {
  /** Words between the way's prefix and the tracer, such as a program that takes privileges away. */
  wrapper?: readonly string[];
  environment?: Record<string, string>;
  input?: string;
  /** More descriptors for the command, as execa's stdio. */
  stdio?: Options["stdio"];
  /** A signal sent to the tracer once this text has been printed. */
  interrupt?: { after: string; signal: NodeJS.Signals };
  /** False for a test that kills the tracer, or has it write its report where none can be. */
  expectReport?: boolean;
}

export interface Outcome {
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface Traced extends Outcome {
  report: Report;
}

/** Whether the compiler of this machine could build the program (tracer/test/Makefile). */
export function isBuilt(program: string): boolean {
  return existsSync(join(PROGRAMS, program));
}

/** Opens a workspace; when the test is over, checks that no process of it is left, and removes it. */
export async function openWorkspace(way: Way): Promise<Workspace> {
  // The real path, as the kernel names executables.
  const directory = await mkdtemp(join(tmpdir(), "loupe-tracer-test-"));
  const workspace = new Workspace(way, directory);
  onTestFinished(() => workspace.close());
  await chmod(directory, 0o755);
  await copyFile(TRACER, workspace.tracer);
  await chown(directory, ownerOf(way), ownerOf(way));
  return workspace;
}

export class Workspace {
  private reports = 0;

  constructor(
    readonly way: Way,
    readonly directory: string,
  ) {}

  get tracer(): string {
    return this.path("loupe-tracer");
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Puts one of the programs of tracer/test here, under another name if given, and returns its path. */
  async program(name: string, as: string = name): Promise<string> {
    const path = this.path(as);
    await this.makeDirectory(dirname(as));
    await copyFile(join(PROGRAMS, name), path);
    await this.own(path, 0o755);
    return path;
  }

  async file(name: string, content: string | Uint8Array, mode = 0o644): Promise<string> {
    const path = this.path(name);
    await this.makeDirectory(dirname(name));
    await writeFile(path, content);
    await this.own(path, mode);
    return path;
  }

  private async makeDirectory(name: string): Promise<void> {
    if (name === ".") return;
    await mkdir(this.path(name), { recursive: true });
    await this.own(this.path(name), 0o755);
  }

  private async own(path: string, mode: number): Promise<void> {
    await chown(path, ownerOf(this.way), ownerOf(this.way));
    await chmod(path, mode);
  }

  /** Runs the command as the tracer would, without it. */
  async native(command: readonly string[], settings: Settings = {}): Promise<Outcome> {
    return this.run([...prefixOf(this.way), ...(settings.wrapper ?? []), ...command], settings);
  }

  /** Runs the tracer alone: for wrong usage, where no report can be expected. */
  async runTracer(words: readonly string[], settings: Settings = {}): Promise<Outcome> {
    return this.native([this.tracer, ...words], settings);
  }

  /** Runs the command under the tracer and reads the report. */
  async trace(options: readonly string[], command: readonly string[], settings: Settings = {}): Promise<Traced> {
    const output = this.path(`report-${++this.reports}.jsonl`);
    const outcome = await this.runTracer(["--output", output, ...options, "--", ...command], settings);
    const report = await Report.read(output).catch((cause) => {
      throw new Error(`no report from ${JSON.stringify({ options, command, outcome })}: ${cause}`, { cause });
    });
    if (settings.expectReport !== false) void report.end;
    return { ...outcome, report };
  }

  private async run(words: readonly string[], settings: Settings): Promise<Outcome> {
    const [file = "", ...args] = words;
    const started = performance.now();
    const subprocess = execa(file, args, {
      cwd: this.directory,
      reject: false,
      stripFinalNewline: false,
      timeout: 50_000,
      env: {
        HOME: this.directory,
        TMPDIR: this.directory,
        LC_ALL: "C",
        // The sanitizer's run-time library would otherwise change a limit that the programs report.
        ASAN_OPTIONS: "disable_coredump=0",
        [MARKER]: this.directory,
        ...settings.environment,
      },
      input: settings.input ?? "",
      ...(settings.stdio === undefined ? {} : { stdio: settings.stdio, input: undefined }),
    } as Options);
    const { interrupt } = settings;
    if (interrupt !== undefined) {
      let seen = "";
      subprocess.stdout?.on("data", (chunk: Buffer) => {
        seen += chunk.toString();
        if (!seen.includes(interrupt.after)) return;
        seen = "";
        subprocess.kill(interrupt.signal);
      });
    }
    const result = await subprocess;
    if (result.timedOut) throw new Error(`${words.join(" ")} did not end: ${result.stdout}${result.stderr}`);
    const outcome = {
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: String(result.stdout ?? ""),
      stderr: String(result.stderr ?? ""),
      seconds: (performance.now() - started) / 1000,
    };
    // What a sanitizer finds is a failure of whichever test ran into it.
    expect(outcome.stderr).not.toMatch(/(Address|Leak|UndefinedBehavior)Sanitizer|runtime error:/);
    return outcome;
  }

  async close(): Promise<void> {
    const left = await this.findProcesses();
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    await rm(this.directory, { recursive: true, force: true });
    expect(left, "processes left behind by the test").toEqual([]);
  }

  /** The processes that carry this workspace's marker in their environment. */
  async findProcesses(): Promise<{ pid: number; command: string }[]> {
    const found = [];
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      // A process that ends meanwhile, or belongs to someone else, is none of ours.
      const environment = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
      if (!environment.split("\0").includes(`${MARKER}=${this.directory}`)) continue;
      const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
      found.push({ pid: Number(name), command: command.replaceAll("\0", " ") });
    }
    return found;
  }
}
