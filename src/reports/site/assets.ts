// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { EnvironmentError } from "../../errors.js";
import type { SiteDirectory } from "./site-directory.js";

/** Files of templates/site that every site gets as they are. */
const ASSETS = ["site.css", "site.js", "site-icon.svg"] as const;

/** Beside the bundle, where scripts/lib/bundle.js copies them; else in a checkout. */
async function readAsset(name: string): Promise<Buffer> {
  const candidates = [`./${name}`, `../../../templates/site/${name}`].map((path) => new URL(path, import.meta.url));
  for (const candidate of candidates) {
    const content = await readFile(candidate).catch(() => undefined);
    if (content !== undefined) {
      return content;
    }
  }
  const places = candidates.map((candidate) => fileURLToPath(candidate)).join(" nor ");
  throw new EnvironmentError(`${name} is missing: neither ${places} can be read; install Loupe again`);
}

/** Copies style and script into a site. Throws EnvironmentError where they are not installed. */
export async function writeAssets(directory: SiteDirectory): Promise<void> {
  for (const name of ASSETS) {
    await directory.write(`assets/${name}`, await readAsset(name));
  }
}
