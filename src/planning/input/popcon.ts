// SPDX-License-Identifier: GPL-3.0-or-later
import type { MeasuredPackage } from "../package-needs.js";
import { PlanningInputError, quoteWord, readTextLines } from "./text-file.js";

/** How popular packages are: the number of installations by binary or source package. */
export type Popularity = ReadonlyMap<string, number>;

/** Ten times the world's population. */
const LARGEST_COUNT = 1e11;

function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= LARGEST_COUNT ? Number(text) : undefined;
}

/**
 * Reads popularity: lines of popcon's by_inst (rank, name, installations, ...; https://popcon.debian.org/README), or lines NAME
 * COUNT. Throws PlanningInputError with file and line.
 */
export async function readPopularity(file: string): Promise<Popularity> {
  const popularity = new Map<string, number>();
  for (const { number, text } of await readTextLines(file)) {
    // popcon ends with a rule and a line of totals.
    if (/^-+$/.test(text) || /^\d+\s+Total\s/.test(text)) {
      continue;
    }
    const fields = text.split(/\s+/);
    const [name, count] = fields.length === 2 ? fields : fields.slice(1);
    const installations = parseCount(count);
    if (
      name === undefined ||
      installations === undefined ||
      (fields.length > 2 && parseCount(fields[0]) === undefined)
    ) {
      throw new PlanningInputError(
        `${file}:${number}: ${quoteWord(text)} is neither a line of popcon's by_inst nor PACKAGE COUNT`,
      );
    }
    popularity.set(name, installations);
  }
  if (popularity.size === 0) {
    throw new PlanningInputError(`${file}: it says of no package how popular it is`);
  }
  return popularity;
}

/**
 * The weight of a package: installations of its most popular binary package, or of the name itself. At least 1, also where popcon
 * does not know it.
 */
export function weighByPopularity(popularity: Popularity, { name, binaries }: MeasuredPackage): number {
  return [name, ...binaries].reduce((most, binary) => Math.max(most, popularity.get(binary) ?? 0), 1);
}
