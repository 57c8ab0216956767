// SPDX-License-Identifier: GPL-3.0-or-later
import { homedir } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { readMachineSources, readNamedSources } from "../debian/apt/machine-sources.js";
import { PrivateApt } from "../debian/apt/private-apt.js";
import { probeTracer } from "../tracing/tracer.js";
import { chooseContainments, findAccount } from "./containment.js";
import { findDhLoupe } from "./find-program.js";
import type { BatchChroot, Workshop } from "./package-run.js";
import type { MeasureSettings } from "./settings.js";

/** Where apt's lists are kept (XDG Base Directory Specification). */
export function defaultAptCache(): string {
  const cache = process.env.XDG_CACHE_HOME ?? "";
  return join(cache.startsWith("/") ? cache : join(homedir(), ".cache"), "loupe/apt");
}

/** Opens apt with the sources of the machine, or of a file. Tells of old lists. Throws UsageError, EnvironmentError. */
export async function openApt(
  sourcesFile: string | undefined,
  onTrouble: (words: string) => void,
): Promise<PrivateApt> {
  const sources = sourcesFile === undefined ? await readMachineSources() : await readNamedSources(sourcesFile);
  const apt = await PrivateApt.open(defaultAptCache(), sources);
  // A directory of packages on this machine changes when somebody puts one there, not once a day.
  const isLocal = sources.every(({ text }) => !/\b[a-z+]+:\/\//.test(text.replace(/\b(?:file|copy):\/\//g, "")));
  const warning = await apt.update(isLocal ? "now" : "daily");
  if (warning !== undefined) {
    onTrouble(warning);
  }
  return apt;
}

/** Finds out whether this machine can measure packages at all, and how. Throws EnvironmentError. */
export async function openWorkshop(
  apt: PrivateApt,
  settings: MeasureSettings,
  chroot: BatchChroot | undefined,
): Promise<Workshop> {
  if (chroot === undefined) {
    await findDhLoupe();
    await probeTracer();
  }
  const account = settings.user === undefined ? undefined : await findAccount(settings.user);
  const turns = new PQueue({ concurrency: 1 });
  return {
    apt,
    settings,
    account,
    chroot,
    containments: await chooseContainments(),
    exclusively: async (work) => turns.add(work, { throwOnTimeout: true }),
  };
}
