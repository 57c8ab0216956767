// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { EnvironmentError } from "../errors.js";

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findProgram(name: string, debianPackage: string): Promise<string> {
  // In a checkout: reached from src/batch and from dist/cli alike.
  const inCheckout = fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));
  const installed = `/usr/bin/${name}`;
  for (const path of [inCheckout, installed]) {
    if (await isExecutable(path)) {
      return path;
    }
  }
  throw new EnvironmentError(
    `${name} is missing: neither ${inCheckout} nor ${installed}; install the package ${debianPackage}`,
  );
}

/** Where dh_loupe is. Throws EnvironmentError. */
export async function findDhLoupe(): Promise<string> {
  return findProgram("dh_loupe", "dh-loupe");
}

/** Where loupe itself is. Throws EnvironmentError. */
export async function findLoupe(): Promise<string> {
  return findProgram("loupe", "loupe");
}
