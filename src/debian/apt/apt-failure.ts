// SPDX-License-Identifier: GPL-3.0-or-later
import { quoteLastLines } from "../../workload/log.js";

/** Why apt or dpkg did not do what it was asked. */
export type AptFaultKind =
  /** The mirror, the network, another apt that is at work: it may go well later. */
  | "passing"
  /** There is no space; it may go well later. */
  | "disk-full"
  /** What the package needs is not there, or does not go together. */
  | "unsatisfiable"
  /** Nothing of that name. */
  | "unknown"
  | "other";

/** A call of apt-get or dpkg-source that failed, with its last words. */
export interface AptFault {
  readonly kind: AptFaultKind;
  readonly words: string;
}

/** What apt says (in English: LC_ALL=C); the first that matches decides, so a full disk comes before the failed download. */
const SIGNS: readonly (readonly [AptFaultKind, RegExp])[] = [
  ["disk-full", /No space left on device|You don't have enough free space|Disk quota exceeded/],
  ["passing", /Could not get lock|Unable to (?:acquire|lock)|Could not open lock file|is another process using it/],
  [
    "unsatisfiable",
    /unmet dependencies|Unsatisfied build dependencies|Build-(?:Depends|Conflicts)[^\n]*(?:cannot be satisfied|could not be satisfied)|Unable to correct problems|is not installable|Packages need to be removed but remove is disabled|held broken packages/i,
  ],
  [
    "passing",
    /Failed to fetch|404 +Not Found|50\d +\w|Temporary failure (?:in name resolution|resolving)|Could not (?:connect|resolve)|Unable to connect|Connection (?:failed|timed out|reset)|Hash Sum mismatch|File has unexpected size|Some index files failed to download|dpkg was interrupted/,
  ],
  ["unknown", /Unable to find a source package|Unable to locate package|Can ?not find version/],
];

/** Understands the output of a failed call, by its last lines that say something. */
export function explainAptOutput(output: string): AptFault {
  const kind = SIGNS.find(([, pattern]) => pattern.test(output))?.[0] ?? "other";
  const errors = output.split("\n").filter((line) => /^(?:E:|dpkg|\S*error:| .*(?:Depends|Conflicts):)/.test(line));
  return {
    kind,
    words: quoteLastLines((errors.length > 0 ? errors.slice(-4) : output.split("\n").slice(-4)).join("\n")),
  };
}
