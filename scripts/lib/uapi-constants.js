// SPDX-License-Identifier: GPL-3.0-or-later
// Constants of C headers: the preprocessor tells their names, the compiler their values.
import { readFileSync } from "node:fs";
import { execa } from "execa";

/** One architecture's compiler and headers. */
export class Toolchain {
  /** @param {{architecture: string, compiler: string, uapi: string, generic: string}} options */
  constructor({ architecture, compiler, uapi, generic }) {
    this.architecture = architecture;
    this.compiler = compiler;
    this.directories = [uapi, generic];
  }

  /**
   * Runs the compiler on a text. `from`: whose headers there are; `kernel`: the kernel's alone; `libc`: the C library's;
   * `both`: the kernel's first, as many of its headers (linux/if.h) do not work without the C library's.
   */
  async compile(options, source, from) {
    const kernel = this.directories.flatMap((directory) => ["-I", directory]);
    const headers = { kernel: ["-nostdinc", "-Dsize_t=__SIZE_TYPE__", ...kernel], libc: [], both: kernel }[from];
    return execa(this.compiler, [...headers, ...options, "-x", "c", "-", "-o", "-"], { input: source, reject: false });
  }

  /** The text of a UAPI header. */
  readHeader(header) {
    for (const directory of this.directories) {
      try {
        return readFileSync(`${directory}/${header}`, "utf8");
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
    }
    return undefined;
  }
}

/** Headers that cannot be compiled together, or not with these of the C library. */
export class HeaderError extends Error {
  constructor(stderr) {
    super(/^.*error:.*$/m.exec(stderr)?.[0] ?? stderr);
  }
}

function includes(headers) {
  return headers.map((header) => `#include <${header}>\n`).join("");
}

/** Macros (in the order of their definition, with the file that has them) and the constants of enumerations. Throws HeaderError. */
export async function listMacros(toolchain, headers, from) {
  const { stdout, stderr, failed } = await toolchain.compile(["-E", "-dD"], includes(headers), from);
  if (failed) throw new HeaderError(stderr);
  const macros = [];
  let file = "";
  for (const line of stdout.split("\n")) {
    const marker = /^# \d+ "([^"]*)"/.exec(line);
    const macro = /^#define (\w+)(\([^)]*\))? ?(.*)$/.exec(line);
    if (marker) file = marker[1];
    else if (macro) macros.push({ name: macro[1], isFunction: macro[2] !== undefined, body: macro[3], file });
  }
  const enumerators = [...stdout.replace(/^#.*$/gm, "").matchAll(/\benum\b[^{;()]*\{([^}]*)\}/g)].flatMap(([, body]) =>
    [...body.matchAll(/(?:^|,)\s*([A-Za-z_]\w*)/g)].map(([, name]) => name),
  );
  return { macros, enumerators };
}

/**
 * Values of expressions, by name; those that are no integer constants are left out and listed as `unusable`. The compiler
 * prints them into its assembly (as the kernel's asm-offsets does), so that a cross compiler does, too. Throws HeaderError.
 * @param {Map<string, string>} expressions
 */
export async function evaluate(toolchain, headers, expressions, from) {
  const prelude = includes(headers);
  const firstLine = headers.length + 1;
  const remaining = [...expressions];
  const unusable = [];
  for (;;) {
    const body = remaining
      .map(
        ([name, text], index) =>
          `void f${index}(void) { __asm__ volatile("\\n@@${name} %0" :: "i"((long long)(${text}))); }\n`,
      )
      .join("");
    const options = ["-S", "-O1", "-w", "-fmax-errors=0", "-fno-diagnostics-show-caret", "-ftrack-macro-expansion=0"];
    const { stdout, stderr, failed } = await toolchain.compile(options, prelude + body, from);
    if (!failed) {
      const values = [...stdout.matchAll(/^@@(\w+) [#$]?(-?\d+)$/gm)].map(([, name, value]) => [name, BigInt(value)]);
      return { values: new Map(values), unusable };
    }
    const lines = [...stderr.matchAll(/^<stdin>:(\d+):.*error:/gm)].map(([, line]) => Number(line) - firstLine);
    const wrong = new Set(lines.filter((index) => index >= 0 && index < remaining.length));
    if (wrong.size === 0) throw new HeaderError(stderr);
    for (const index of [...wrong].sort((left, right) => right - left)) unusable.push(remaining.splice(index, 1)[0][0]);
  }
}

/** A value as the 32 bits that the tracer records, or undefined where it has more. */
export function toWord(value) {
  return value >= -(2n ** 31n) && value < 2n ** 32n ? Number(BigInt.asUintN(32, value)) : undefined;
}
