// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../../analysis/feature.js";
import { compareText } from "../../compare-text.js";
import { shortenReason } from "../../manifest/shorten-reason.js";
import { type Html, html } from "./html.js";
import type { Links } from "./links.js";
import type { FeatureView, TreatmentView, UsageGroup } from "./package-view.js";
import { cell, numberCell, renderTable, row } from "./table.js";
import { ALL_VERDICTS, verdictCell } from "./verdicts.js";

const KIND_TITLES: Readonly<Record<FeatureKind, string>> = {
  syscall: "System calls",
  "sub-feature": "Functions of calls",
  "pseudo-file": "Pseudo-files",
};

/** Nobody reads more of a log on a page. */
const MOST_TEXT = 3000;
const LONGEST_SUMMARY = 100;

const WORKS = html`<td class="t works">works`;
const FAILS = html`<td class="t fails">fails`;
const NOT_TRIED = html`<td class="none">–`;
const NO_REASON = html`<td>`;

function treatmentCell(treatment: TreatmentView | null): Html {
  return treatment === null ? NOT_TRIED : treatment.works ? WORKS : FAILS;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Why a feature is required; what can be avoided in one way needs no reason for the other. */
function reasonCell({ verdict, stub, fake }: FeatureView): Html {
  if (verdict !== "required") {
    return NO_REASON;
  }
  const [stubbed, faked] = [stub?.reason ?? null, fake?.reason ?? null];
  const telling = faked ?? stubbed;
  if (telling === null) {
    return NO_REASON;
  }
  const summary = cut(shortenReason(telling), LONGEST_SUMMARY);
  const isAll = summary === telling && (stubbed === null || faked === null || stubbed === faked);
  if (isAll) {
    return cell(summary);
  }
  const both =
    stubbed === faked
      ? html`<pre>${cut(telling, MOST_TEXT)}</pre>`
      : [["stubbed", stubbed] as const, ["faked", faked] as const]
          .filter(([, reason]) => reason !== null)
          .map(
            ([treatment, reason]) => html`<p>When it is ${treatment}:</p><pre>${cut(reason ?? "", MOST_TEXT)}</pre>`,
          );
  return html`<td><details><summary>${summary}</summary>${both}</details>`;
}

function compareFeatures(left: FeatureView, right: FeatureView): number {
  return (
    ALL_VERDICTS.indexOf(left.verdict ?? "unknown") - ALL_VERDICTS.indexOf(right.verdict ?? "unknown") ||
    compareText(left.name, right.name)
  );
}

function renderFeature(feature: FeatureView, links: Links): Html {
  return row(links.feature(feature.kind, feature.name), [
    verdictCell(feature.verdict),
    numberCell(feature.calls),
    treatmentCell(feature.stub),
    treatmentCell(feature.fake),
    reasonCell(feature),
  ]);
}

/** Tables of the features of a group, one for each kind, the required ones first. */
export function renderFeatures({ features, version, workload }: UsageGroup, links: Links): readonly Html[] {
  return (["syscall", "sub-feature", "pseudo-file"] as const).flatMap((kind) => {
    const own = features.filter((feature) => feature.kind === kind).sort(compareFeatures);
    if (own.length === 0) {
      return [];
    }
    return [
      renderTable({
        caption: [KIND_TITLES[kind], version, `by ${workload}`].filter((part) => part !== "").join(", "),
        columns: [
          { title: "feature" },
          { title: "verdict" },
          { title: "calls", numeric: true },
          { title: "stubbed" },
          { title: "faked" },
          { title: "why it is required" },
        ],
        rows: own.map((feature) => renderFeature(feature, links)),
      }),
    ];
  });
}
