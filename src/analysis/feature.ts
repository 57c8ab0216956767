// SPDX-License-Identifier: GPL-3.0-or-later

/** A system call (`openat`), a function of a vectored one (`ioctl:TCGETS`), or a pseudo-file (`/proc/self/maps`). */
export type FeatureKind = "syscall" | "sub-feature" | "pseudo-file";

/** Something of the operating system that a program uses. */
export interface Feature {
  readonly kind: FeatureKind;
  readonly name: string;
  /** The number in the native system call table, where the feature is (part of) a call. */
  readonly number?: number;
  /** The paths behind a pseudo-file's name, as the tracer reported them, sorted. */
  readonly paths?: readonly string[];
}

/** stub: the call is not run and returns -ENOSYS. fake: it is not run and returns success. */
export type Treatment = "stub" | "fake";

/** required: neither treatment works. stub, fake: only this one does. any: both do. */
export type Verdict = "required" | "stub" | "fake" | "any";

/** A feature as the observation run saw it. */
export interface UsedFeature {
  readonly feature: Feature;
  readonly calls: number;
  /** Paths of the considered executables that use it, sorted. */
  readonly executables: readonly string[];
}

/** What trying one treatment of one feature showed. */
export interface TreatmentResult {
  readonly works: boolean;
  /** How many runs were made; the first failing run decides. */
  readonly runs: number;
  /** Why it does not work: what failed, and the last lines of the log. */
  readonly reason?: string;
}

/** What changes when a treatment that works is applied alone. */
export interface Impact {
  readonly treatment: Treatment;
  /** `residentKiB`, `descriptors` or `metric`. */
  readonly metric: string;
  /** Median of the interposed runs divided by that of the baseline; null where the latter is 0. */
  readonly ratio: number | null;
  /** Of a rank sum test, corrected for the number of comparisons (Holm). */
  readonly pValue: number;
}

/** A used feature with its verdict. */
export interface AnalyzedFeature extends UsedFeature {
  readonly verdict: Verdict;
  /** Present where impact was measured; empty where nothing changed. */
  readonly impact?: readonly Impact[];
  readonly stub: TreatmentResult;
  readonly fake: TreatmentResult;
}

/** The verdict that follows from trying both treatments alone. */
export function decideVerdict(stub: Pick<TreatmentResult, "works">, fake: Pick<TreatmentResult, "works">): Verdict {
  if (stub.works) {
    return fake.works ? "any" : "stub";
  }
  return fake.works ? "fake" : "required";
}
