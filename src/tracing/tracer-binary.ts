// SPDX-License-Identifier: GPL-3.0-or-later
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import { EnvironmentError } from "../errors.js";

/** In a checkout: reached from src/tracing and from dist/tracing alike. */
const IN_CHECKOUT = fileURLToPath(new URL("../../tracer/loupe-tracer", import.meta.url));
const INSTALLED = "/usr/libexec/loupe/loupe-tracer";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Where loupe-tracer is: LOUPE_TRACER, else the checkout that this file belongs to, else the installed one.
 * Throws EnvironmentError, which tells how to get it.
 */
export function findTracer(): string {
  const named = process.env.LOUPE_TRACER;
  if (named !== undefined && named !== "") {
    if (!isExecutable(named)) {
      throw new EnvironmentError(`LOUPE_TRACER names ${named}, which is not an executable file; correct or unset it`);
    }
    return named;
  }
  const found = [IN_CHECKOUT, INSTALLED].find(isExecutable);
  if (found === undefined) {
    throw new EnvironmentError(
      `the tracer is missing: neither ${IN_CHECKOUT} nor ${INSTALLED} is an executable file; run "make -C tracer" in a checkout, or install the package dh-loupe`,
    );
  }
  return found;
}
