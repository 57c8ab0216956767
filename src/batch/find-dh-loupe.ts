// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { EnvironmentError } from "../errors.js";

/** In a checkout: reached from src/batch and from dist/cli alike. */
const IN_CHECKOUT = fileURLToPath(new URL("../../bin/dh_loupe", import.meta.url));
const INSTALLED = "/usr/bin/dh_loupe";

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Where dh_loupe is. Throws EnvironmentError. */
export async function findDhLoupe(): Promise<string> {
  for (const path of [IN_CHECKOUT, INSTALLED]) {
    if (await isExecutable(path)) {
      return path;
    }
  }
  throw new EnvironmentError(
    `dh_loupe is missing: neither ${IN_CHECKOUT} nor ${INSTALLED}; install the package dh-loupe`,
  );
}
