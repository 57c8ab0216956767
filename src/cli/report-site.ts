// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from "node:path";
import type { WorkloadKind } from "../database/tables.js";
import { UsageError } from "../errors.js";
import { readOsList } from "../planning/input/os-list.js";
import type { ReportedSystem } from "../reports/site/plan-systems.js";
import { writeSite } from "../reports/site/write-site.js";
import { withDatabase } from "./db.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage } from "./output.js";

/** The options of `loupe report --output`. */
export interface SiteOptions {
  readonly db: string;
  readonly output: string;
  readonly workload?: WorkloadKind;
  readonly os: readonly string[];
}

const LATEST_SECONDS = 253_402_300_799;

/** The day of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/); none where that is not set. */
function readDate(): string | undefined {
  const text = process.env.SOURCE_DATE_EPOCH ?? "";
  if (text === "") {
    return undefined;
  }
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= LATEST_SECONDS)) {
    throw new UsageError(`SOURCE_DATE_EPOCH: ${JSON.stringify(text)} is no number of seconds since 1970`);
  }
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Systems are called as their files; two of the same name by their whole paths. */
async function readSystems(files: readonly string[]): Promise<readonly ReportedSystem[]> {
  const names = files.map((file) => basename(file).replace(/\.(syscalls|csv|txt)$/, ""));
  const systems: ReportedSystem[] = [];
  for (const [index, file] of files.entries()) {
    const support = await readOsList(file, "x86_64");
    for (const { line, message } of support.unknown) {
      printMessage(`${file}:${line}: ${message}`);
    }
    const name = names[index] ?? file;
    systems.push({ name: names.indexOf(name) === names.lastIndexOf(name) ? name : file, support });
  }
  return systems;
}

/**
 * `loupe report --output`: writes the HTML site of a usage database. Returns the exit status. Throws UsageError for input and directories that
 * cannot be used, EnvironmentError where the site cannot be written.
 */
export async function reportSiteCommand({ db, output, workload, os }: SiteOptions): Promise<number> {
  const date = readDate();
  if (new Set(os).size < os.length) {
    throw new UsageError("--os: the same file twice");
  }
  const systems = await readSystems(os);
  return withInterrupt(async ({ signal }) => {
    const { pages, packages, missing } = await withDatabase({ db }, "existing", (store) =>
      writeSite(store, {
        ...{ directory: output, systems, signal },
        ...(workload !== undefined && { workload }),
        ...(date !== undefined && { date }),
      }),
    );
    for (const [figure, reason] of missing) {
      printMessage(`not shown: ${figure}: ${reason}`);
    }
    printMessage(
      `wrote ${output}: ${pages} pages about ${packages} packages; open ${output.replace(/\/*$/, "")}/index.html`,
    );
    return 0;
  });
}
