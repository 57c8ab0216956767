// SPDX-License-Identifier: GPL-3.0-or-later
import type { WorkloadKind } from "../database/tables.js";
import { UsageError } from "../errors.js";
import { readPackageOrder } from "../planning/input/package-order.js";
import { DEFAULT_ARCHITECTURE, type DebianArchitecture } from "../reports/selection.js";
import { writeSite } from "../reports/site/write-site.js";
import { withDatabase } from "./db.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage } from "./output.js";
import { readSystems } from "./report-systems.js";

/** The options of `loupe report --output`. */
export interface SiteOptions {
  readonly db: string;
  readonly output: string;
  readonly workload?: WorkloadKind;
  readonly architecture?: DebianArchitecture;
  readonly os: readonly string[];
  readonly organic?: string;
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

/**
 * `loupe report --output`: writes the HTML site of a usage database. Returns the exit status. Throws UsageError for input and directories that
 * cannot be used, EnvironmentError where the site cannot be written.
 */
export async function reportSiteCommand(options: SiteOptions): Promise<number> {
  const { db, output, workload, architecture = DEFAULT_ARCHITECTURE, os, organic: orderFile } = options;
  const date = readDate();
  if (new Set(os).size < os.length) {
    throw new UsageError("--os: the same file twice");
  }
  const systems = await readSystems(os, architecture);
  const organic = orderFile === undefined ? undefined : await readPackageOrder(orderFile);
  return withInterrupt(async ({ signal }) => {
    const { pages, packages, missing } = await withDatabase({ db }, "read", (store) =>
      writeSite(store, {
        ...{ directory: output, systems, architecture, signal },
        ...(organic !== undefined && { organic }),
        ...(workload !== undefined && { workload }),
        ...(date !== undefined && { date }),
      }),
    );
    if (missing.length > 0) {
      const names = missing.map(([name]) => name).join(", ");
      printMessage(`not in it, because there is nothing to show: ${names} (figures/index.html says why)`);
    }
    printMessage(
      `wrote ${output}: ${pages} pages about ${packages} ${packages === 1 ? "package" : "packages"}; open ${output.replace(/\/*$/, "")}/index.html`,
    );
    return 0;
  });
}
