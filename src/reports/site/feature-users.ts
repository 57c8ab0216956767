// SPDX-License-Identifier: GPL-3.0-or-later
// Who uses each feature: gathered while packages go by, in a few bytes for each use.
import type { FeatureKind, Verdict } from "../../analysis/feature.js";
import { compareText } from "../../compare-text.js";
import type { WorkloadKind } from "../../database/tables.js";
import { shortenReason } from "../../manifest/shorten-reason.js";
import { needsOf, type PackageView } from "./package-view.js";
import { ALL_VERDICTS, type VerdictCounts } from "./verdicts.js";

/** Different reasons that are remembered for a feature; further ones are only counted. */
const MOST_REASONS = 300;
const LONGEST_REASON = 160;

/** Why packages require a feature: a reason with how many give it, and one of them. */
export interface GivenReason {
  readonly reason: string;
  readonly packages: number;
  readonly example: number;
}

class Reasons {
  readonly #given = new Map<string, { packages: number; readonly example: number }>();
  /** Packages whose reason is none of those that are remembered. */
  others = 0;

  add(reason: string, example: number): void {
    const short = reason.slice(0, LONGEST_REASON);
    const given = this.#given.get(short);
    if (given !== undefined) {
      given.packages++;
    } else if (this.#given.size < MOST_REASONS) {
      this.#given.set(short, { packages: 1, example });
    } else {
      this.others++;
    }
  }

  /** The most frequent ones first. */
  list(): readonly GivenReason[] {
    return [...this.#given]
      .map(([reason, given]) => ({ reason, ...given }))
      .sort((left, right) => right.packages - left.packages || compareText(left.reason, right.reason));
  }
}

/** The packages that use a feature, for one kind of workload. Packages are numbers: positions in the list of all. */
export class UserList {
  #packages = new Uint32Array(4);
  #verdicts = new Uint8Array(4);
  #count = 0;
  readonly reasons = new Reasons();

  add(position: number, verdict: Verdict | null): void {
    if (this.#count === this.#packages.length) {
      this.#packages = grow(this.#packages, Uint32Array);
      this.#verdicts = grow(this.#verdicts, Uint8Array);
    }
    this.#packages[this.#count] = position;
    this.#verdicts[this.#count] = ALL_VERDICTS.indexOf(verdict ?? "unknown");
    this.#count++;
  }

  get size(): number {
    return this.#count;
  }

  count(): VerdictCounts {
    const counts = { required: 0, stub: 0, fake: 0, any: 0, unknown: 0 };
    for (let index = 0; index < this.#count; index++) {
      counts[ALL_VERDICTS[this.#verdicts[index] as number] as keyof VerdictCounts]++;
    }
    return counts;
  }

  /** Those with a certain verdict, or all, in the order of packages. */
  *each(wanted?: keyof VerdictCounts): Generator<{ position: number; verdict: keyof VerdictCounts }> {
    for (let index = 0; index < this.#count; index++) {
      const verdict = ALL_VERDICTS[this.#verdicts[index] as number] as keyof VerdictCounts;
      if (wanted === undefined || wanted === verdict) {
        yield { position: this.#packages[index] as number, verdict };
      }
    }
  }
}

function grow<List extends Uint32Array | Uint8Array>(list: List, type: new (length: number) => List): List {
  const grown = new type(list.length * 2);
  grown.set(list);
  return grown;
}

/** A feature with its users, by kind of workload. */
export interface UsedFeature {
  readonly kind: FeatureKind;
  readonly name: string;
  number: number | null;
  readonly users: Map<WorkloadKind, UserList>;
}

/** All features of the packages that went by. */
export class FeatureUsers {
  readonly #features = new Map<string, UsedFeature>();

  add(view: PackageView, position: number, workload: WorkloadKind): void {
    const reasons = new Map<string, string>();
    for (const { newest, workload: own, features } of view.groups) {
      for (const { kind, name, verdict, stub, fake } of newest && own === workload ? features : []) {
        const reason = verdict === "required" ? (fake?.reason ?? stub?.reason) : null;
        if (reason) {
          reasons.set(`${kind} ${name}`, reason);
        }
      }
    }
    for (const { kind, name, number, verdict } of needsOf(view, workload)) {
      const key = `${kind} ${name}`;
      const list = this.#listOf(key, kind, name, number, workload);
      list.add(position, verdict);
      const reason = reasons.get(key);
      if (reason !== undefined) {
        list.reasons.add(shortenReason(reason), position);
      }
    }
  }

  /** By name. */
  list(kind: FeatureKind): readonly UsedFeature[] {
    return [...this.#features.values()]
      .filter((feature) => feature.kind === kind)
      .sort((left, right) => compareText(left.name, right.name));
  }

  has(kind: string, name: string): boolean {
    return this.#features.has(`${kind} ${name}`);
  }

  #listOf(key: string, kind: FeatureKind, name: string, number: number | null, workload: WorkloadKind): UserList {
    let feature = this.#features.get(key);
    if (feature === undefined) {
      feature = { kind, name, number, users: new Map() };
      this.#features.set(key, feature);
    }
    feature.number ??= number;
    const list = feature.users.get(workload) ?? new UserList();
    feature.users.set(workload, list);
    return list;
  }
}
