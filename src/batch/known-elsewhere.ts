// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody else has measured need not be measured again: a server of a usage database is asked first.
import type { MeasurementReply } from "../api/schemas.js";
import type { ApiClient } from "../client/api-client.js";
import { ServerError } from "../client/remote-errors.js";
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import { InterruptedError, LoupeError } from "../errors.js";
import { parseManifest } from "../manifest/read-manifest.js";
import type { Manifest } from "../manifest/schema.js";

/** A server that failed so often in a row is not asked any more: waiting for it could take longer than measuring. */
const MOST_FAILURES = 3;

/** A manifest that a server has. */
export interface ElsewhereKnown {
  readonly manifest: Manifest;
  /** Says where it is from. */
  readonly reason: string;
}

/** The one with the most replicas, and by its name among equals: the same one every time. */
function chooseBest(measurements: readonly MeasurementReply[]): MeasurementReply | undefined {
  return [...measurements].sort(
    (left, right) => (right.replicas ?? 0) - (left.replicas ?? 0) || (left.measurement < right.measurement ? -1 : 1),
  )[0];
}

/** The manifest is what it was said to be. Throws ServerError. */
function requireWanted(manifest: Manifest, source: SourcePackage, architecture: string, where: string): void {
  const { package: described, outcome, workload } = manifest;
  const isWanted =
    "source" in described &&
    described.source === source.source &&
    described.version === source.version &&
    described.architecture === architecture &&
    outcome === "analyzed" &&
    workload.kind === "suite";
  if (!isWanted) {
    throw new ServerError(`${where} is not an analysis of ${source.source} ${source.version} on ${architecture}`);
  }
}

/** Asks a server for what it knows of packages. */
export class KnownElsewhere {
  #failures = 0;

  constructor(
    private readonly client: ApiClient,
    private readonly onTrouble: (words: string) => void,
  ) {}

  /**
   * An analysis of this very version on this architecture; undefined where the server has none, or cannot be asked, which is told. Throws
   * InterruptedError.
   */
  async find(source: SourcePackage, architecture: string): Promise<ElsewhereKnown | undefined> {
    if (this.#failures >= MOST_FAILURES) {
      return undefined;
    }
    try {
      const found = await this.#ask(source, architecture);
      this.#failures = 0;
      return found;
    } catch (error) {
      if (!(error instanceof LoupeError) || error instanceof InterruptedError) {
        throw error;
      }
      this.#failures++;
      const then =
        this.#failures < MOST_FAILURES
          ? "it is measured here"
          : "it is measured here, and the server is not asked any more";
      this.onTrouble(`${source.source}: ${error.message}; ${then}`);
      return undefined;
    }
  }

  async #ask(source: SourcePackage, architecture: string): Promise<ElsewhereKnown | undefined> {
    const { server } = this.client;
    const measurements = await this.client.listMeasurements(source.source, {
      version: source.version,
      architecture,
      workload: "suite",
      outcome: "analyzed",
    });
    const best = chooseBest(measurements);
    if (best === undefined) {
      return undefined;
    }
    const where = `${server.href}: measurement ${best.measurement}`;
    const manifest = parseManifest(await this.client.readManifestText(best.measurement), where);
    requireWanted(manifest, source, architecture, where);
    return { manifest, reason: `known at ${server.href} (measurement ${best.measurement}): analyzed` };
  }
}
