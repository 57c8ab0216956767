// SPDX-License-Identifier: GPL-3.0-or-later
import { realpath } from "node:fs/promises";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";
import { LibraryFinder } from "./libraries.js";
import { scanFile } from "./scan.js";
import type { ScannedFunction, ScanReport } from "./scan-report.js";

/**
 * How a file comes into the process. program: it is executed. linked: it is needed. interpreter: the dynamic linker. named: the user
 * says that it is loaded later, so that anything that it exports may be called.
 */
export type ModuleRole = "program" | "linked" | "interpreter" | "named";

/** A file of the process. */
export interface Module {
  readonly role: ModuleRole;
  readonly path: string;
  readonly report: ScanReport;
}

/** A function of a module. */
export interface ModuleFunction {
  readonly module: Module;
  readonly code: ScannedFunction;
}

/** Scans files, each once, however many programs use it. */
export class ModuleLoader {
  readonly #reports = new Map<string, Promise<ScanReport>>();
  #finder: Promise<LibraryFinder> | undefined;

  constructor(private readonly signal?: AbortSignal) {}

  /**
   * A program and all that is loaded with it, in the order in which symbols are looked up. Throws UsageError for files that cannot be
   * read and libraries that are not there, and what `scanFile` throws.
   */
  async load(program: string, named: readonly string[]): Promise<readonly Module[]> {
    this.#finder ??= LibraryFinder.open();
    const finder = await this.#finder;
    const main = await this.#scan(program, "program");
    const modules: Module[] = [main, ...(await Promise.all(named.map((path) => this.#scan(path, "named"))))];
    const known = new Set(modules.map(({ path }) => path));
    const { interpreter } = main.report.file;
    const linker = interpreter === undefined ? undefined : await this.#scan(interpreter, "interpreter");
    for (let index = 0; index < modules.length; index++) {
      const user = (modules[index] as Module).report.file;
      for (const name of user.needed) {
        const path = await finder.find(name, user, main.report.file);
        if (!known.has(path) && path !== linker?.path) {
          known.add(path);
          modules.push(await this.#scan(path, "linked"));
        }
      }
    }
    return linker === undefined ? modules : [...modules, linker];
  }

  async #scan(path: string, role: ModuleRole): Promise<Module> {
    const file = await realpath(path).catch((cause) => {
      throw new UsageError(`${path}: cannot be read: ${describeCause(cause)}`, { cause });
    });
    const report = this.#reports.get(file) ?? scanFile(file, this.signal);
    this.#reports.set(file, report);
    return { role, path: file, report: await report };
  }
}

/** The function that holds an address; functions are in the order of their addresses. */
export function findFunction({ functions }: ScanReport, address: number): ScannedFunction | undefined {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = functions[middle] as ScannedFunction;
    if (candidate.start + candidate.size <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const found = functions[low];
  return found !== undefined && found.start <= address ? found : undefined;
}
