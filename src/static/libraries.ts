// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { UsageError } from "../errors.js";
import type { ScanReport } from "./scan-report.js";

/** ld.so(8): where the dynamic linker looks at last, on Debian. */
const DEFAULT_DIRECTORIES = [
  "/lib/x86_64-linux-gnu",
  "/usr/lib/x86_64-linux-gnu",
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/lib",
];

/** Names and files of the dynamic linker's cache for x86-64, as `ldconfig -p` prints them. */
async function readCache(): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await execa("/sbin/ldconfig", ["-p"], { reject: false, stdin: "ignore" });
  const entries = [...(stdout ?? "").matchAll(/^\s+(\S+) \(libc6,x86-64[^)]*\) => (\S+)$/gm)];
  // The first entry of a name wins.
  return new Map(entries.reverse().map(([, name = "", path = ""]) => [name, path]));
}

async function isReadable(path: string): Promise<boolean> {
  const magic = await readFile(path).then(
    (content) => content.subarray(0, 4).toString("latin1"),
    () => "",
  );
  return magic === "\x7fELF";
}

/** Finds libraries as the dynamic linker does, without running anything of the program (ld.so(8)). */
export class LibraryFinder {
  private constructor(private readonly cache: ReadonlyMap<string, string>) {}

  static async open(): Promise<LibraryFinder> {
    return new LibraryFinder(await readCache());
  }

  /**
   * The file of a library that `user` needs; `program` is what it is loaded for. LD_LIBRARY_PATH is not looked at: it is no part
   * of the program. Throws UsageError where there is none.
   */
  async find(name: string, user: ScanReport["file"], program: ScanReport["file"]): Promise<string> {
    const { interpreter } = program;
    // musl's dynamic linker is its C library.
    if (interpreter !== undefined && /\/ld-musl-/.test(interpreter) && /^libc\.(so|musl-.*\.so\.1)$/.test(name)) {
      return realpath(interpreter);
    }
    const own = (user.runpath ?? "")
      .split(":")
      .filter((directory) => directory !== "")
      .map((directory) => directory.replace(/\$\{?ORIGIN\}?/g, dirname(user.path)));
    const cached = this.cache.get(name);
    const candidates = name.includes("/")
      ? [name]
      : [
          ...own.map((directory) => join(directory, name)),
          ...(cached === undefined ? [] : [cached]),
          ...DEFAULT_DIRECTORIES.map((directory) => join(directory, name)),
        ];
    for (const candidate of candidates) {
      if (await isReadable(candidate)) {
        return realpath(candidate);
      }
    }
    throw new UsageError(`${user.path} needs ${basename(name)}, which is not there: install the package that has it`);
  }
}
