// SPDX-License-Identifier: GPL-3.0-or-later

/** The part of the package debian-control that is used here; it ships no types. */
declare module "debian-control" {
  /** Parses one paragraph. A folded field becomes a list of its lines, the first one possibly empty. */
  export function parse(paragraph: string): Record<string, string | readonly string[]>;
}
