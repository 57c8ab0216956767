// SPDX-License-Identifier: GPL-3.0-or-later
import type { MeasurementDetails } from "../../database/package-details.js";
import { makeBarChart } from "./charts/bars.js";
import { renderChart } from "./charts/chart.js";
import { foldedText } from "./figure-cells.js";
import { type Html, html, NOTHING, when } from "./html.js";
import type { Page } from "./layout.js";
import type { Links } from "./links.js";
import { formatNumber, plural } from "./numbers.js";
import { renderFeatures } from "./package-features.js";
import type { PackageView, UsageGroup } from "./package-view.js";
import { packagePath } from "./paths.js";
import { cell, numberCell, renderTable, row } from "./table.js";
import { countVerdicts, verdictSummary } from "./verdicts.js";

/** More groups than this are in the table of measurements alone. */
const MOST_GROUPS = 12;

function nameGroup({ version, architecture, workload, origin }: UsageGroup): string {
  const from = origin === "loupedb" ? "from loupedb" : "";
  return [version, architecture, `by ${workload}`, from].filter((part) => part !== "").join(", ");
}

function countOf({ features }: MeasurementDetails, verdict?: "required"): number | null {
  const calls = features.filter(({ kind }) => kind === "syscall");
  if (calls.length === 0 || (verdict !== undefined && calls.every((call) => call.verdict === null))) {
    return null;
  }
  return verdict === undefined ? calls.length : calls.filter((call) => call.verdict === verdict).length;
}

function renderMeasurement(measured: MeasurementDetails): Html {
  const { version, architecture, workload, workload_name: name, outcome, reason } = measured;
  return row(version === "" ? "–" : version, [
    cell(architecture === "" ? "–" : architecture),
    cell(name === "" || name === workload ? workload : `${workload} (${name})`),
    html`<td><span class="o ${outcome}">${outcome}</span>${when(reason, (text) => html` ${foldedText(text)}`)}`,
    numberCell(measured.tests_passed),
    numberCell(measured.duration_seconds, formatNumber),
    numberCell(measured.staticCalls.source),
    numberCell(measured.staticCalls.binary),
    numberCell(countOf(measured)),
    numberCell(countOf(measured, "required")),
    numberCell(measured.runs),
    cell(measured.libc ?? "–"),
    cell(measured.kernel ?? "–"),
  ]);
}

function renderMeasurements({ measurements }: PackageView): Html {
  return html`<section><h2>Measurements</h2>
${renderTable({
  caption: "Measurements and their outcomes",
  columns: [
    ...[{ title: "version" }, { title: "architecture" }, { title: "workload" }, { title: "outcome" }],
    ...["tests passed", "seconds", "in sources", "in programs", "used", "required", "runs"].map((title) => ({
      title,
      numeric: true,
    })),
    ...[{ title: "C library" }, { title: "kernel" }],
  ],
  rows: measurements.map(renderMeasurement),
})}</section>`;
}

function renderPrograms({ measurements }: PackageView): Html {
  const [measured] = measurements.filter(({ executables }) => executables.length > 0).slice(-1);
  return when(measured, ({ executables }) => {
    const rows = executables.map(({ path, binary_package, considered, execs, build_id }) =>
      row(html`<code>${path}</code>`, [
        cell(binary_package ?? "–"),
        cell(considered),
        numberCell(execs),
        html`<td class="id">${build_id ?? "–"}`,
      ]),
    );
    return html`<section><h2>Programs</h2>
${renderTable({
  caption: "Programs whose calls count",
  columns: [
    { title: "path" },
    { title: "package" },
    { title: "considered" },
    { title: "started", numeric: true },
    { title: "build-id" },
  ],
  rows,
})}</section>`;
  });
}

function formatChange(ratio: number | null): string {
  return ratio === null ? "from nothing" : `${ratio >= 1 ? "+" : "−"}${formatNumber(Math.abs(ratio - 1) * 100)} %`;
}

function renderImpacts({ measurements }: UsageGroup, links: Links): Html {
  const impacts = measurements.flatMap((measured) => measured.impacts);
  if (impacts.length === 0) {
    return NOTHING;
  }
  return html`<h3>Impact</h3>
${renderTable({
  caption: "What avoiding a feature changes, although the workload passes",
  columns: [{ title: "feature" }, { title: "treatment" }, { title: "of what" }, { title: "change", numeric: true }],
  rows: impacts.map(({ kind, name, treatment, metric, ratio }) =>
    row(links.feature(kind, name), [cell(treatment), cell(metric), html`<td class="n">${formatChange(ratio)}`]),
  ),
})}`;
}

function renderConflicts({ measurements }: UsageGroup): Html {
  const conflicts = measurements.flatMap((measured) => measured.conflicts);
  return conflicts.length === 0
    ? NOTHING
    : html`<p class="note">Avoidable alone, but not together: ${conflicts.map((names) => names.join(" and ")).join("; ")}.</p>`;
}

function renderGroup(group: UsageGroup, links: Links, isFirst: boolean): Html {
  const calls = group.features.filter(({ kind }) => kind === "syscall");
  const content = html`${calls.length > 0 ? verdictSummary(countVerdicts(calls)) : NOTHING}
${renderFeatures(group, links)}${renderConflicts(group)}${renderImpacts(group, links)}`;
  return isFirst
    ? html`<section><h2>Needs: ${nameGroup(group)}</h2>${content}</section>`
    : html`<details class="group"><summary><h2>${nameGroup(group)}</h2> ${plural(calls.length, "call")}</summary>${content}</details>`;
}

/** How use and need changed from version to version; nothing where there is one version. */
function renderVersions({ groups }: PackageView): Html {
  const [first] = groups;
  const versions = groups.filter(
    ({ workload, architecture }) => workload === first?.workload && architecture === first?.architecture,
  );
  if (versions.length < 2) {
    return NOTHING;
  }
  const items = [...versions].reverse().map((group) => {
    const calls = group.features.filter(({ kind }) => kind === "syscall");
    const { required } = countVerdicts(calls);
    return { text: group.version, values: [calls.length, required], note: `${required} of ${calls.length}` };
  });
  return renderChart(
    makeBarChart({
      ...{ id: "versions", title: "Versions", axis: "system calls", arrangement: "overlap", items },
      description: `Required of used system calls: ${items.map(({ text, note }) => `${text}: ${note}`).join("; ")}.`,
      series: [
        { text: "used", className: "f-used" },
        { text: "required", className: "f-required" },
      ],
    }),
  );
}

function describe({ groups, measurements }: PackageView): string {
  const [group] = groups;
  if (group === undefined) {
    return "Nothing is known of what it needs: no measurement came so far.";
  }
  const calls = group.features.filter(({ kind }) => kind === "syscall");
  const { required, unknown } = countVerdicts(calls);
  const used = `${plural(calls.length, "system call")} used`;
  const known = unknown === calls.length ? `${used}; without verdicts` : `${used}, ${required} of them required`;
  const version = group.version === "" ? "By" : `Version ${group.version}, by`;
  return `${version} its ${group.workload}: ${known}. ${plural(measurements.length, "measurement")} in all.`;
}

/** The page of a package. */
export function makePackagePage(view: PackageView, links: Links): Page {
  const shown = view.groups.slice(0, MOST_GROUPS);
  const left = view.groups.length - shown.length;
  return {
    path: packagePath(view.name),
    title: view.name,
    section: "packages",
    trail: [["Packages", "packages/index.html"]],
    lead: describe(view),
    main: html`${renderVersions(view)}
${shown.map((group, index) => renderGroup(group, links, index === 0))}
${left > 0 ? html`<p class="note">${plural(left, "more group")} of measurements, of older versions, not shown.</p>` : NOTHING}
${renderMeasurements(view)}
${renderPrograms(view)}`,
  };
}
