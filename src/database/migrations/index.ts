// SPDX-License-Identifier: GPL-3.0-or-later
import { measurements } from "./0001-measurements.js";
import { staticAndSources } from "./0002-static-and-sources.js";
import type { Migration } from "./migration.js";

/** All steps, in the order of their numbers. */
export const MIGRATIONS: readonly Migration[] = [measurements, staticAndSources];
