// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a report of loupe-tracer as docs/tracer-protocol.md describes it. On purpose this shares nothing with
// src/tracing: the two readers check each other.
import { readFile } from "node:fs/promises";

export interface CallLine {
  type: "call";
  executable: number;
  abi: string;
  nr: number;
  name?: string;
  calls: number;
  zero?: number;
  positive?: number;
  errors?: Record<string, number>;
  interposed?: number;
}

export interface ExecutableLine {
  type: "executable";
  id: number;
  path: string;
  script?: string;
  considered: boolean;
  execs: number;
  processes: number;
  execsOutsideScripts?: number;
  exits?: Record<string, number>;
  signals?: Record<string, number>;
  abi: string;
  peakResidentKiB?: number;
  peakDescriptors?: number;
  maps?: string[];
}

export interface DeathLine {
  type: "death";
  pid: number;
  executable: number;
  path: string;
  signal: number;
  seconds: number;
  lastInterposed?: { abi: string; nr: number; rule: number; secondsBefore: number };
}

export interface ExitLine {
  type: "exit";
  pid: number;
  executable: number;
  path: string;
  exitCode: number;
  seconds: number;
  lastInterposed?: DeathLine["lastInterposed"];
}

export interface NoticeLine {
  type: "warning" | "error";
  kind: string;
  message: string;
  pid?: number;
}

export interface ArgumentLine {
  type: "argument";
  executable: number;
  abi: string;
  nr: number;
  arguments: number[];
  values: number[];
  calls: number;
}

export interface PathLine {
  type: "path";
  executable: number;
  abi: string;
  nr: number;
  path: string;
  calls: number;
  errors?: Record<string, number>;
}

export interface ScriptLine {
  type: "script";
  directory: string;
  arguments: string[];
  environment: string[];
  copies: Record<string, number>;
  started: number;
  ended?: number;
  considered: boolean;
  outlived: boolean;
}

export interface RuleLine {
  type: "rule";
  rule: number;
  interposed: number;
  first: number;
}

export interface TracerLine {
  type: "tracer";
  protocol: number;
  version: string;
  architecture: string;
  kernel: string;
  suspend: boolean;
  bpf: boolean;
}

export interface EndLine {
  type: "end";
  reason: string;
  exitCode: number | null;
  signal: number | null;
  errno?: number;
  message?: string;
  seconds: number;
  leftOver: number;
  blocked: number;
}

type Line =
  | CallLine
  | ExecutableLine
  | DeathLine
  | ExitLine
  | NoticeLine
  | ArgumentLine
  | PathLine
  | ScriptLine
  | RuleLine
  | TracerLine
  | EndLine;

export class Report {
  constructor(readonly lines: readonly Line[]) {}

  static async read(file: string): Promise<Report> {
    const text = await readFile(file, "utf8");
    const lines = text.split("\n");
    if (lines.pop() !== "") throw new Error(`the report's last line has no end:\n${text.slice(-500)}`);
    return new Report(lines.map((line) => JSON.parse(line) as Line));
  }

  private select<T extends Line["type"]>(...types: T[]): Extract<Line, { type: T }>[] {
    return this.lines.filter((line): line is Extract<Line, { type: T }> => (types as string[]).includes(line.type));
  }

  get tracer(): TracerLine {
    const [line] = this.select("tracer");
    if (line === undefined || this.lines[0] !== line) throw new Error("the report does not start with a tracer line");
    return line;
  }

  /** The `end` line, of which there must be exactly one, at the end. */
  get end(): EndLine {
    const ends = this.select("end");
    const [line] = ends;
    if (line === undefined || ends.length > 1 || this.lines.at(-1) !== line)
      throw new Error(`not exactly one end line at the end: ${JSON.stringify(this.lines.slice(-3))}`);
    return line;
  }

  get scripts(): ScriptLine[] {
    return this.select("script");
  }

  get rules(): RuleLine[] {
    return this.select("rule");
  }

  get errors(): NoticeLine[] {
    return this.select("error") as NoticeLine[];
  }

  get warnings(): NoticeLine[] {
    return this.select("warning") as NoticeLine[];
  }

  get deaths(): DeathLine[] {
    return this.select("death");
  }

  get exits(): ExitLine[] {
    return this.select("exit");
  }

  get executables(): ExecutableLine[] {
    return this.select("executable");
  }

  get considered(): string[] {
    return this.executables.filter((line) => line.considered).map((line) => line.path);
  }

  /** The one executable of this path, or, for a script, the one that was executed through this script path. */
  executable(path: string): ExecutableLine {
    const found = this.executables.filter((line) => (line.script ?? line.path) === path);
    const [line] = found;
    if (line === undefined || found.length > 1) {
      const ran = this.executables.map((other) => other.script ?? other.path);
      throw new Error(`${found.length} executables ${path} in the report; it has ${ran.join(", ")}`);
    }
    return line;
  }

  private of<T extends { executable: number }>(lines: T[], path: string): T[] {
    const { id } = this.executable(path);
    return lines.filter((line) => line.executable === id);
  }

  calls(path: string): CallLine[] {
    return this.of(this.select("call"), path);
  }

  /** The line of one call, by name or number. */
  call(path: string, name: string | number): CallLine {
    const line = this.calls(path).find((each) => each.name === name || each.nr === name);
    if (line === undefined) {
      const names = this.calls(path).map((each) => each.name ?? each.nr);
      throw new Error(`${path} made no call ${name} in the report; it made ${names.join(", ")}`);
    }
    return line;
  }

  /** Names of the calls, sorted; a number where the tracer has no name. */
  callNames(path: string): string[] {
    return this.calls(path)
      .map((line) => line.name ?? `${line.nr}`)
      .sort();
  }

  arguments(path: string): ArgumentLine[] {
    return this.of(this.select("argument"), path);
  }

  paths(path: string): PathLine[] {
    return this.of(this.select("path"), path);
  }

  /** Every call line of every executable, for asking that nothing at all was recorded. */
  get allCalls(): CallLine[] {
    return this.select("call");
  }
}
