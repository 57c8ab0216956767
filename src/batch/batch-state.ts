// SPDX-License-Identifier: GPL-3.0-or-later
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import type { EndedEntry, JournalEntry } from "./journal.js";
import type { BatchOutcome } from "./outcome.js";

/** How far a package is. */
export interface PackageState {
  readonly source: string;
  /** Empty where no such package is known. */
  readonly version: string;
  readonly position: "waiting" | "started" | "ended";
  /** Since when it is there (ISO 8601). */
  readonly at: string;
  /** The last end. */
  readonly ended?: EndedEntry;
  /** Databases that have its manifest. */
  readonly mergedInto: readonly string[];
}

/** The key of a package: one source in one version. */
export function keyOf({ source, version }: SourcePackage): string {
  return `${source} ${version}`;
}

/** What a journal says of every package of the batch, in the order in which they were selected. */
export class BatchState {
  readonly #packages = new Map<string, PackageState>();

  constructor(entries: readonly JournalEntry[] = []) {
    for (const entry of entries) {
      this.add(entry);
    }
  }

  get packages(): readonly PackageState[] {
    return [...this.#packages.values()];
  }

  find(source: SourcePackage): PackageState | undefined {
    return this.#packages.get(keyOf(source));
  }

  /** The outcome of the last version or attempt of a package that ended in this batch. */
  lastOutcome(name: string): BatchOutcome | undefined {
    const ended = this.packages.filter((state) => state.source === name && state.ended !== undefined);
    return ended.at(-1)?.ended?.outcome;
  }

  add(entry: JournalEntry): void {
    if (entry.type === "batch") {
      return;
    }
    const { source, version, at } = entry;
    const before = this.find(entry);
    const base = {
      source,
      version,
      mergedInto: before?.mergedInto ?? [],
      ...(before?.ended && { ended: before.ended }),
    };
    switch (entry.type) {
      case "selected":
        this.#set({ ...base, position: before?.position === "ended" ? "ended" : "waiting", at });
        break;
      case "started":
        this.#set({ ...base, position: "started", at });
        break;
      case "ended":
        this.#set({ source, version, position: "ended", at, ended: entry, mergedInto: [] });
        break;
      case "merged":
        this.#set({
          ...base,
          position: before?.position ?? "ended",
          at: before?.at ?? at,
          mergedInto: [...base.mergedInto, entry.database],
        });
        break;
    }
  }

  #set(state: PackageState): void {
    this.#packages.set(keyOf(state), state);
  }
}
