// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import type { Manifest } from "../manifest/schema.js";
import { nameSyscall, numberSyscall, parseSyscallName, type Syscall } from "../tracing/syscall-table.js";
import { type LoaderKind, listAlwaysAllowed } from "./always-allowed.js";
import { EXPORT_ARCHITECTURE, type Policy, type Refusal } from "./policy.js";

/** A manifest and the file it was read from, for messages. */
export interface NamedManifest {
  readonly file: string;
  readonly manifest: Manifest;
}

/**
 * What the programs are allowed. used: all that they were seen to call. required: without what was stubbed in the joint
 * confirmation, which is answered ENOSYS, as it was there. What was faked stays allowed: a filter cannot answer plausibly.
 */
export type Allowance = "used" | "required";

/** What a policy is made of. */
export interface PolicyRequest {
  readonly manifests: readonly NamedManifest[];
  readonly allow: Allowance;
  /** Names (or numbers) of calls that are allowed, too. */
  readonly also: readonly string[];
  readonly otherwise: Refusal;
  readonly loader: LoaderKind;
}

const DEBIAN_ARCHITECTURE = "amd64";

function requireCalls({ file, manifest }: NamedManifest, allow: Allowance): void {
  if (manifest.outcome !== "analyzed" && manifest.outcome !== "observed") {
    throw new UsageError(`${file}: the outcome is ${manifest.outcome}: nobody knows what its programs call`);
  }
  if (allow === "required" && manifest.outcome !== "analyzed") {
    throw new UsageError(`${file}: its programs were only observed: "--allow required" needs an analysis`);
  }
  if (!manifest.features.some(({ kind }) => kind === "syscall")) {
    throw new UsageError(`${file}: has no system calls: a profile that allows nothing runs nothing`);
  }
}

function requireArchitecture({ file, manifest }: NamedManifest): void {
  const { package: described } = manifest;
  if ("architecture" in described && described.architecture !== DEBIAN_ARCHITECTURE) {
    throw new UsageError(
      `${file}: was measured on ${described.architecture}; profiles are written for ${DEBIAN_ARCHITECTURE} (x86-64) alone`,
    );
  }
}

/** A call by its own name; a name that stands for another number here was measured on another architecture. */
function toSyscall(file: string, { name, number }: Manifest["features"][number]): Syscall {
  const known = numberSyscall(EXPORT_ARCHITECTURE, name);
  const meant = known ?? number;
  if (meant === undefined) {
    throw new UsageError(`${file}: ${name} is no system call of x86-64, and the manifest has no number for it`);
  }
  if ((number !== undefined && number !== meant) || (known === undefined && !/^syscall_0x/.test(name))) {
    throw new UsageError(
      `${file}: ${name} with the number ${number} is no system call of x86-64; profiles are written for manifests from there alone`,
    );
  }
  return { name: nameSyscall(EXPORT_ARCHITECTURE, meant), number: meant };
}

interface Need {
  readonly allowed: readonly Syscall[];
  readonly unavailable: readonly Syscall[];
}

function toNeed(named: NamedManifest, allow: Allowance): Need {
  requireArchitecture(named);
  requireCalls(named, allow);
  const { file, manifest } = named;
  const stubbed = new Set(allow === "required" ? manifest.confirmation?.stubbed : []);
  const calls = manifest.features.filter(({ kind }) => kind === "syscall");
  return {
    allowed: calls.filter(({ name }) => !stubbed.has(name)).map((feature) => toSyscall(file, feature)),
    unavailable: calls.filter(({ name }) => stubbed.has(name)).map((feature) => toSyscall(file, feature)),
  };
}

function collect(calls: readonly Syscall[]): readonly Syscall[] {
  const byNumber = new Map(calls.map((call) => [call.number, call]));
  return [...byNumber.values()].sort((left, right) => left.number - right.number);
}

/**
 * Makes a policy of what manifests say: what one of them needs is allowed. Throws UsageError for a manifest without calls or from
 * another architecture, and for unknown names in `also`.
 */
export function buildPolicy({ manifests, allow, also, otherwise, loader }: PolicyRequest): Policy {
  const needs = manifests.map((named) => toNeed(named, allow));
  const extra = [...also, ...listAlwaysAllowed(loader)].map((name) => parseSyscallName(name, EXPORT_ARCHITECTURE));
  const allowed = collect([...needs.flatMap((need) => need.allowed), ...extra]);
  const numbers = new Set(allowed.map(({ number }) => number));
  const unavailable = collect(needs.flatMap((need) => need.unavailable));
  return { allowed, unavailable: unavailable.filter(({ number }) => !numbers.has(number)), otherwise };
}
