// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { UsageError } from "../errors.js";
import type { NamedManifest } from "../export/build-policy.js";
import { parseManifest, readManifest } from "../manifest/read-manifest.js";
import { withDatabase } from "./db.js";

/** As manifests name it; a program that is no Debian package has none. */
const ARCHITECTURES: ReadonlySet<string> = new Set(["amd64", ""]);

/** All that is known of the newest versions of a package: what any of its workloads needs is allowed. */
async function readPackage(store: Store, name: string): Promise<readonly NamedManifest[]> {
  const newest = new Set(
    (await store.readUsage({ packages: [name] })).flatMap((row) => (row.newest ? row.version : [])),
  );
  const usable = (await store.listMeasurements({ package: name })).filter(
    ({ origin, version, architecture, outcome }) =>
      origin !== "loupedb" &&
      newest.has(version) &&
      ARCHITECTURES.has(architecture) &&
      (outcome === "analyzed" || outcome === "observed"),
  );
  if (usable.length === 0) {
    throw new UsageError(
      `${name}: ${store.location} has no manifest of it with system calls for x86-64; "loupe usage ${name}" shows what it has`,
    );
  }
  return Promise.all(
    usable.map(async ({ measurement, version }) => {
      const file = [name, version].filter((word) => word !== "").join(" ");
      return { file, manifest: parseManifest((await store.readDocument(measurement)) ?? "", file) };
    }),
  );
}

/**
 * Manifests from files, or with a database those of packages. Throws UsageError for what is not there or no manifest, DatabaseError.
 */
export async function readManifests(
  names: readonly string[],
  db: string | undefined,
): Promise<readonly NamedManifest[]> {
  const manifests: NamedManifest[] = [];
  if (db === undefined) {
    for (const file of names) {
      manifests.push({ file, manifest: await readManifest(file) });
    }
    return manifests;
  }
  return withDatabase({ db }, "read", async (store) => {
    for (const name of names) {
      manifests.push(...(await readPackage(store, name)));
    }
    return manifests;
  });
}
