// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { ManifestSources } from "../manifest/schema.js";
import { canFail, countUses } from "./count-uses.js";
import type { SourceCall, SourceCalls } from "./find-calls.js";

function toResults(calls: readonly SourceCall[]): ManifestSources["results"] {
  const groups = new Map<string, SourceCall[]>();
  for (const call of calls) {
    const key = JSON.stringify([call.wrapper, call.syscall]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(call);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ function: first.wrapper, syscall: first.syscall, ...countUses(group) }];
  });
}

/** What a manifest tells of the source of its package. */
export function toManifestSources({ files, filesWithErrors, calls, computed }: SourceCalls): ManifestSources {
  return {
    files,
    filesWithErrors,
    syscalls: [...new Set(calls.map(({ syscall }) => syscall))].sort(compareText),
    computed: computed.length,
    results: toResults(calls.filter(canFail)),
  };
}
