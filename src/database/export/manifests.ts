// SPDX-License-Identifier: GPL-3.0-or-later
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError } from "../../errors.js";
import type { MeasurementSummary } from "../queries.js";
import type { Store } from "../store.js";

/** What a package may be called by others stays one name of a file, and cannot be too long for one. */
function nameFile({ package: name, version, architecture, measurement }: MeasurementSummary): string {
  const words = [name, version.replace(/^\d+:/, ""), architecture].filter((word) => word !== "");
  const safe = words.map((word) =>
    word
      .replace(/[^\w.+~-]/g, "_")
      .slice(0, 60)
      .replace(/^[.-]/, "_"),
  );
  return `${[...safe, measurement].join("_")}.loupe.json`;
}

/** Writes every manifest as it was merged, byte by byte, into a directory. Returns how many there are. Throws EnvironmentError. */
export async function exportManifests(store: Store, directory: string): Promise<number> {
  let written = 0;
  for (const summary of await store.listMeasurements()) {
    if (summary.origin !== "loupedb") {
      const file = join(directory, nameFile(summary));
      const text = await store.readDocument(summary.measurement);
      try {
        await writeFile(file, text ?? "", { flag: "wx" });
      } catch (cause) {
        throw new EnvironmentError(`cannot write ${file}: ${describeCause(cause)}`, { cause });
      }
      written++;
    }
  }
  return written;
}
