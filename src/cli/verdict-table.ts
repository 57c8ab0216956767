// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";
import type { Manifest, ManifestFeature } from "../manifest/schema.js";
import { shortenReason } from "../manifest/shorten-reason.js";
import { renderTable } from "./table.js";
import { cleanText, describeStdout, type Terminal } from "./terminal.js";

/** Room for the reasons where the width of the terminal is not known. */
const REASON_WIDTH = 72;
const SMALLEST_REASON_WIDTH = 24;

const ORDER: readonly (Verdict | undefined)[] = ["required", "fake", "stub", "any", undefined];

function paintVerdict(verdict: Verdict | undefined, { colors }: Terminal): string {
  switch (verdict) {
    case "required":
      return colors.red(verdict);
    case "stub":
    case "fake":
      return colors.yellow(verdict);
    case "any":
      return colors.green(verdict);
    case undefined:
      return "-";
  }
}

function paintWorks(treatment: ManifestFeature["stub"]): string {
  return treatment === undefined ? "-" : treatment.works ? "works" : "fails";
}

function explain({ verdict, stub, fake }: ManifestFeature, width: number): string {
  if (verdict !== "required") {
    return "";
  }
  const reason = cleanText(shortenReason(fake?.reason ?? stub?.reason ?? ""));
  return reason.length > width ? `${reason.slice(0, width - 3)}...` : reason;
}

function summarize(manifest: Manifest): string {
  const count = (verdict: Verdict): number => manifest.features.filter((feature) => feature.verdict === verdict).length;
  const used = `${manifest.features.length} features used`;
  if (manifest.outcome !== "analyzed") {
    return `${used}; no verdicts (${manifest.outcome})`;
  }
  const verdicts = `${count("required")} required, ${count("fake")} fake, ${count("stub")} stub, ${count("any")} any`;
  const { stubbed = [], faked = [], replicas = 0 } = manifest.confirmation ?? {};
  const runs = `${replicas} ${replicas === 1 ? "run" : "runs"}`;
  return `${used}: ${verdicts}. Confirmed together in ${runs}: ${stubbed.length} stubbed, ${faked.length} faked.`;
}

function describeConflicts(manifest: Manifest): readonly string[] {
  return manifest.conflicts.map((names) => `Avoidable alone, but not together: ${names.map(cleanText).join(", ")}.`);
}

function renderFeatures(manifest: Manifest, terminal: Terminal): readonly string[] {
  if (manifest.features.length === 0) {
    return [];
  }
  const longestName = Math.max(...manifest.features.map(({ name }) => name.length));
  const room = terminal.width === undefined ? REASON_WIDTH : terminal.width - longestName - 40;
  const rows = [...manifest.features]
    .sort((left, right) => ORDER.indexOf(left.verdict) - ORDER.indexOf(right.verdict))
    .map((feature) => [
      cleanText(feature.name),
      String(feature.calls),
      paintVerdict(feature.verdict, terminal),
      paintWorks(feature.stub),
      paintWorks(feature.fake),
      terminal.colors.dim(explain(feature, Math.max(SMALLEST_REASON_WIDTH, room))),
    ]);
  const columns = [
    { title: "feature" },
    { title: "calls", align: "right" as const },
    { title: "verdict" },
    { title: "stubbed" },
    { title: "faked" },
    { title: "why it is required" },
  ];
  return [renderTable(columns, rows, terminal)];
}

/**
 * Renders what a manifest says for a person: every feature with its calls, verdict, whether stubbing (-ENOSYS) and faking
 * (success without doing it) works, and why it is required; then a line that sums it up. Ends with a newline.
 */
export function renderVerdictTable(manifest: Manifest, terminal: Terminal = describeStdout()): string {
  const reason =
    manifest.reason === undefined
      ? []
      : [`${manifest.outcome}: ${manifest.reason.split("\n").map(cleanText).join("\n")}`];
  const summary = manifest.features.length > 0 || reason.length === 0 ? [summarize(manifest)] : [];
  const parts = [...renderFeatures(manifest, terminal), ...summary, ...describeConflicts(manifest), ...reason];
  return `${parts.join("\n")}\n`;
}
