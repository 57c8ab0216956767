// SPDX-License-Identifier: GPL-3.0-or-later
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import type { EndedEntry } from "./journal.js";
import type { Stage } from "./measured-package.js";

/** What is told while a batch runs. */
export type BatchNews =
  /** `total` packages in all, of which `done` are finished already; `atOnce` go at the same time. */
  | { readonly kind: "begun"; readonly total: number; readonly done: number; readonly atOnce: number }
  | { readonly kind: "stage"; readonly source: SourcePackage; readonly stage: Stage }
  | { readonly kind: "ended"; readonly entry: EndedEntry }
  /** A fault of the machine or the mirror: the package is tried again. */
  | {
      readonly kind: "deferred";
      readonly source: SourcePackage;
      readonly reason: string;
      readonly delaySeconds: number;
    }
  | { readonly kind: "trouble"; readonly words: string };

export type NewsListener = (news: BatchNews) => void;
