// SPDX-License-Identifier: GPL-3.0-or-later
import { readBundle, unpackBundle } from "../database/bundle/read-bundle.js";
import { writeBundle } from "../database/bundle/write-bundle.js";
import type { MeasurementSummary } from "../database/queries.js";
import type { Store } from "../database/store.js";
import { UsageError } from "../errors.js";
import { parseManifest } from "../manifest/read-manifest.js";
import { type DatabaseOptions, withDatabase } from "./db.js";
import { printMessage } from "./output.js";

/** The options of `loupe db bundle`. */
export interface BundleOptions extends DatabaseOptions {
  readonly output: string;
  readonly log: readonly string[];
}

/** The options of `loupe db import-bundle`. */
export interface ImportBundleOptions extends DatabaseOptions {
  readonly extract?: string;
}

/** A measurement by its identifier, or the only one of a package. */
async function findMeasurement(store: Store, wanted: string): Promise<MeasurementSummary> {
  const found = await store.listMeasurements(
    /^[0-9a-f]{32}$/.test(wanted) ? { measurement: wanted } : { package: wanted },
  );
  const [first, ...others] = found.filter(({ origin }) => origin !== "loupedb");
  if (first === undefined) {
    throw new UsageError(`${wanted}: no manifest of this package or measurement was merged`);
  }
  if (others.length > 0) {
    const list = [first, ...others].map(
      (entry) => `  ${entry.measurement}  ${entry.version} ${entry.architecture} ${entry.workload}`,
    );
    throw new UsageError(`${wanted}: ${list.length} measurements; name one of them:\n${list.join("\n")}`);
  }
  return first;
}

/** `loupe db bundle`: writes all that is known of a measurement into one file. Returns the exit status. */
export async function bundleCommand(wanted: string, options: BundleOptions): Promise<number> {
  return withDatabase(options, "read", async (store) => {
    const { measurement } = await findMeasurement(store, wanted);
    await writeBundle(options.output, (await store.readDocument(measurement)) ?? "", options.log);
    printMessage(`${options.output}: measurement ${measurement}`);
    return 0;
  });
}

/** `loupe db import-bundle`: merges the manifest of a bundle, and unpacks the bundle where that is wanted. Returns the exit status. */
export async function importBundleCommand(file: string, options: ImportBundleOptions): Promise<number> {
  const content = await readBundle(file);
  const manifest = parseManifest(
    (content.get("manifest.loupe.json") ?? Buffer.alloc(0)).toString(),
    `${file}: manifest.loupe.json`,
  );
  return withDatabase(options, "create", async (store) => {
    if (options.extract !== undefined) {
      await unpackBundle(content, options.extract);
    }
    const result = await store.mergeManifest(manifest);
    printMessage(`${store.location}: ${file} ${result === "added" ? "merged" : "was there"}`);
    return 0;
  });
}
