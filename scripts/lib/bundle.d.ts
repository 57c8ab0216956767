// SPDX-License-Identifier: GPL-3.0-or-later
import type { BuildResult } from "esbuild";

/** A program of one of our binary packages. */
export interface Program {
  readonly package: string;
  readonly command: string;
  readonly entry: string;
  readonly target: string;
  /** Files of npm packages that are copied beside the code. */
  readonly copies: readonly string[];
  /** Files of our own that are copied beside the code. */
  readonly assets: readonly string[];
}

type Bundle = BuildResult<{ metafile: true }>;

export const PROGRAMS: readonly Program[];
export const MODULES_BESIDE: readonly string[];
export function bundle(program: Program, directory: string, options?: { readonly write?: boolean }): Promise<Bundle>;
export function bundleCheckout(): Promise<void>;
export function layOut(program: Program, directory: string): Promise<void>;
export function listBundledPackages(result: Bundle): readonly string[];
