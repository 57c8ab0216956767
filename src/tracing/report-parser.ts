// SPDX-License-Identifier: GPL-3.0-or-later
import { TracerError } from "../errors.js";
import { KNOWN_TYPES, type ReportLine, reportLine } from "./report-lines.js";
import { nameSyscall } from "./syscall-table.js";
import type {
  LastInterposed,
  TracedArguments,
  TracedCall,
  TracedDeath,
  TracedExecutable,
  TracedExit,
  TracedHang,
  TracedPath,
  TracedRule,
  TracedScript,
  TraceEnd,
  TraceReport,
  TracerCapabilities,
  TracerMessage,
} from "./trace-report.js";

type Line<Type extends ReportLine["type"]> = Extract<ReportLine, { type: Type }>;
type InterposedLine = Line<"hang">["lastInterposed"];
type ExecutableBuilder = Line<"executable"> & {
  calls: TracedCall[];
  recordedArguments: TracedArguments[];
  paths: TracedPath[];
};

/** Leaves out keys that are absent, which exact optional properties demand. */
function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

function toCapabilities({ type: _, ...capabilities }: Line<"tracer">): TracerCapabilities {
  return capabilities;
}

function toCall(line: Line<"call">): TracedCall {
  const { abi, nr: number, name, calls, interposed, zero, positive, errors } = line;
  const known = zero !== undefined && positive !== undefined;
  return {
    abi,
    number,
    name: name ?? nameSyscall(abi, number),
    calls,
    interposed,
    ...(known && { results: { zero, positive, errors: errors ?? new Map() } }),
  };
}

function toLastInterposed({ abi, nr, rule, secondsBefore }: InterposedLine): LastInterposed {
  return { abi, number: nr, rule, secondsBefore };
}

function toDeath({ type: _, lastInterposed: last, ...death }: Line<"death">): TracedDeath {
  return { ...death, ...(last && { lastInterposed: toLastInterposed(last) }) };
}

function toExit({ type: _, lastInterposed: last, ...exit }: Line<"exit">): TracedExit {
  return { ...exit, ...(last && { lastInterposed: toLastInterposed(last) }) };
}

function toHang({ type: _, lastInterposed, ...hang }: Line<"hang">): TracedHang {
  return { ...hang, lastInterposed: toLastInterposed(lastInterposed) };
}

function toExecutable(line: ExecutableBuilder): TracedExecutable {
  return {
    id: line.id,
    path: line.path,
    ...present("script", line.script),
    considered: line.considered,
    execs: line.execs,
    ...present("execsOutsideScripts", line.execsOutsideScripts),
    processes: line.processes,
    exits: line.exits ?? new Map(),
    signals: line.signals ?? new Map(),
    abi: line.abi,
    ...present("peakResidentKiB", line.peakResidentKiB),
    ...present("peakDescriptors", line.peakDescriptors),
    maps: line.maps ?? [],
    calls: line.calls,
    arguments: line.recordedArguments,
    paths: line.paths,
  };
}

function toScript({ type: _, ended, ...script }: Line<"script">): TracedScript {
  return { ...script, ...present("ended", ended) };
}

function toEnd(line: Line<"end">): TraceEnd {
  const { reason, exitCode, signal, seconds, cpuSeconds, leftOver } = line;
  return {
    reason,
    exitCode,
    signal,
    ...present("errno", line.errno),
    ...present("message", line.message),
    seconds,
    cpuSeconds,
    leftOver,
  };
}

/** Collects lines until the end line has come. */
class ReportBuilder {
  #tracer: TracerCapabilities | undefined;
  #end: TraceEnd | undefined;
  readonly #executables = new Map<number, ExecutableBuilder>();
  readonly #deaths: TracedDeath[] = [];
  readonly #exits: TracedExit[] = [];
  readonly #hangs: TracedHang[] = [];
  readonly #scripts: TracedScript[] = [];
  readonly #rules: TracedRule[] = [];
  readonly #warnings: TracerMessage[] = [];
  readonly #errors: TracerMessage[] = [];

  add(line: ReportLine): void {
    switch (line.type) {
      case "tracer":
        this.#tracer = toCapabilities(line);
        break;
      case "death":
        this.#deaths.push(toDeath(line));
        break;
      case "exit":
        this.#exits.push(toExit(line));
        break;
      case "hang":
        this.#hangs.push(toHang(line));
        break;
      case "warning":
      case "error": {
        const list = line.type === "error" ? this.#errors : this.#warnings;
        list.push({ kind: line.kind, message: line.message, ...present("pid", line.pid) });
        break;
      }
      case "executable":
        this.#executables.set(line.id, { ...line, calls: [], recordedArguments: [], paths: [] });
        break;
      case "call":
        this.#executable(line.executable).calls.push(toCall(line));
        break;
      case "argument":
        this.#executable(line.executable).recordedArguments.push({
          abi: line.abi,
          number: line.nr,
          indexes: line.arguments,
          values: line.values,
          calls: line.calls,
        });
        break;
      case "path":
        this.#executable(line.executable).paths.push({
          abi: line.abi,
          number: line.nr,
          path: line.path,
          calls: line.calls,
          ...present("errors", line.errors),
        });
        break;
      case "script":
        this.#scripts.push(toScript(line));
        break;
      case "rule":
        this.#rules.push({ rule: line.rule, interposed: line.interposed, firstSeconds: line.first });
        break;
      case "end":
        this.#end = toEnd(line);
        break;
    }
  }

  build(): TraceReport {
    if (this.#tracer === undefined || this.#end === undefined) {
      throw new TracerError(
        "the tracer's report is truncated: the tracer was killed or could not write (is the disk full?)",
      );
    }
    return {
      tracer: this.#tracer,
      executables: [...this.#executables.values()].map(toExecutable),
      deaths: this.#deaths,
      exits: this.#exits,
      hangs: this.#hangs,
      scripts: this.#scripts,
      rules: this.#rules,
      warnings: this.#warnings,
      errors: this.#errors,
      end: this.#end,
    };
  }

  #executable(id: number): ExecutableBuilder {
    const executable = this.#executables.get(id);
    if (executable === undefined) {
      throw new TracerError(`the tracer's report speaks of executable ${id}, which it does not describe`);
    }
    return executable;
  }
}

function parseLine(text: string, position: number): ReportLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TracerError(`the tracer's report is truncated or damaged: line ${position} is not JSON`, { cause });
  }
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type === "string" && !KNOWN_TYPES.has(type)) {
    return undefined;
  }
  const parsed = reportLine.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TracerError(
      `line ${position} of the tracer's report is not as expected: ${issue?.path.join(".")}: ${issue?.message}`,
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

/**
 * Reads a report (docs/tracer-protocol.md). It is not trusted: paths in it come from programs that were traced, and the
 * tracer may have been killed while it wrote.
 * Throws TracerError for a report that is truncated, damaged or contradicts itself. `error` lines are kept, not thrown.
 */
export function parseReport(text: string): TraceReport {
  const builder = new ReportBuilder();
  // Not a general line splitter: U+2028 and the like are ordinary characters of a path.
  for (const [index, line] of text.split("\n").entries()) {
    if (line !== "") {
      const parsed = parseLine(line, index + 1);
      if (parsed !== undefined) {
        builder.add(parsed);
      }
    }
  }
  return builder.build();
}

/** Reads what the tracer's probe writes: the `tracer` line alone. Throws TracerError. */
export function parseCapabilities(text: string): TracerCapabilities {
  const line = parseLine(text.trimEnd(), 1);
  if (line?.type !== "tracer") {
    throw new TracerError("the tracer's probe did not describe the tracer");
  }
  return toCapabilities(line);
}
