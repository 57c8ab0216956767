// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";
import { TracerError } from "../errors.js";

const address = z.number().int().nonnegative();
const text = z.string();

/** Values that are known of arguments: numbers, or (as a plain number) which argument of the caller is handed on. */
const knownValue = z.union([z.array(z.number().int()), z.number().int()]);
const knownArguments = z.record(z.string(), knownValue);

const file = z.object({
  type: z.literal("file"),
  protocol: z.literal(1),
  path: text,
  entry: address,
  interpreter: text.optional(),
  soname: text.optional(),
  runpath: text.optional(),
  needed: z.array(text),
});

const functionLine = z.object({
  type: z.literal("function"),
  start: address,
  size: address,
  calls: z.array(z.tuple([address, knownArguments])).default([]),
  imports: z.array(z.tuple([text, knownArguments])).default([]),
  references: z.array(address).default([]),
  importReferences: z.array(text).default([]),
  syscalls: z.array(z.tuple([address, z.enum(["native", "i386"]), knownValue.nullable()])).default([]),
  undecoded: z.number().int().default(0),
});

const line = z.discriminatedUnion("type", [
  file,
  z.object({ type: z.literal("export"), name: text, address }),
  z.object({ type: z.literal("root"), address, reason: z.enum(["start", "data"]) }),
  z.object({ type: z.literal("root-symbol"), name: text }),
  functionLine,
  z.object({ type: z.literal("end"), instructions: z.number() }),
]);

export type KnownArguments = z.infer<typeof knownArguments>;
export type ScannedFunction = Omit<z.infer<typeof functionLine>, "type">;

/** What loupe-scan tells of one file; docs/scanner-protocol.md. Addresses are those of the file. */
export interface ScanReport {
  readonly file: Omit<z.infer<typeof file>, "type" | "protocol">;
  /** In the order of their addresses. */
  readonly functions: readonly ScannedFunction[];
  /** Functions that other files can call; a name with several versions has several addresses. */
  readonly exports: ReadonlyMap<string, readonly number[]>;
  /** Code that runs, or may be called, as soon as the file is loaded. */
  readonly roots: readonly number[];
  readonly rootSymbols: readonly string[];
}

function parseLine(path: string, source: string): z.infer<typeof line> {
  try {
    return line.parse(JSON.parse(source));
  } catch (cause) {
    throw new TracerError(`the scanner's report on ${path} is damaged: ${source.slice(0, 120)}`, { cause });
  }
}

/** Understands a report. Throws TracerError for one that is damaged or truncated. */
export function parseScanReport(path: string, report: string): ScanReport {
  const functions: ScannedFunction[] = [];
  const exports = new Map<string, number[]>();
  const roots: number[] = [];
  const rootSymbols: string[] = [];
  let header: ScanReport["file"] | undefined;
  let complete = false;
  for (const source of report.split("\n").filter((part) => part !== "")) {
    const parsed = parseLine(path, source);
    switch (parsed.type) {
      case "file":
        header = parsed;
        break;
      case "export":
        exports.set(parsed.name, [...(exports.get(parsed.name) ?? []), parsed.address]);
        break;
      case "root":
        roots.push(parsed.address);
        break;
      case "root-symbol":
        rootSymbols.push(parsed.name);
        break;
      case "function":
        functions.push(parsed);
        break;
      case "end":
        complete = true;
        break;
    }
  }
  if (header === undefined || !complete) {
    throw new TracerError(`the scanner's report on ${path} is truncated`);
  }
  return { file: header, functions, exports, roots, rootSymbols };
}
