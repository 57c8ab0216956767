// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { escapeHtml, html, when } from "../../../src/reports/site/html.js";
import { formatCount, formatNumber, formatShare, medianOf } from "../../../src/reports/site/numbers.js";
import { featurePath, packagePath, rootOf, systemPath } from "../../../src/reports/site/paths.js";
import { formatSearchIndex } from "../../../src/reports/site/search-index.js";

test("escapes what is put into HTML, and nothing twice", () => {
  const name = `<a href="x">'&'</a>`;
  const inner = html`<b title="${name}">${name}</b>`;
  const escaped = "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;";
  expect(html`<p>${inner}${[inner, "<"]}${null}${undefined}${12}</p>`.text).toBe(
    `<p><b title="${escaped}">${escaped}</b><b title="${escaped}">${escaped}</b>&lt;12</p>`,
  );
  expect(when("", (text) => html`[${text}]`).text).toBe("[]");
  expect(when(null, (text) => html`[${text}]`).text).toBe("");
});

test.each([
  ["terminal control", "\u001b[31mred\u0007", "\ufffd[31mred\ufffd"],
  ["C1 control", "\u009b31m", "\ufffd31m"],
  ["direction", "\u202egnp.exe \u2066x\u2069 \u061c", "\ufffdgnp.exe \ufffdx\ufffd \ufffd"],
  ["what shows nothing", "a\u200bb\ufeff", "a\ufffdb\ufffd"],
  ["halves of characters", "\ud800x", "\ufffdx"],
  ["line ends and tabs, which stay", "a\n\tb\u2028", "a\n\tb\ufffd"],
  ["letters of any script, which stay", "žluťoučký 漢字 😀 שלום", "žluťoučký 漢字 😀 שלום"],
])("marks %s", (_what, text, shown) => {
  expect(escapeHtml(text)).toBe(shown);
});

test("names files as packages where that is safe", () => {
  expect(packagePath("zlib")).toBe("packages/z/zlib.html");
  expect(packagePath("libyaml")).toBe("packages/liby/libyaml.html");
  expect(packagePath("gtk+3.0")).toBe("packages/g/gtk+3.0.html");
  expect(packagePath("lib")).toBe("packages/l/lib.html");
  expect(featurePath("syscall", "clock_nanosleep")).toBe("calls/clock_nanosleep.html");
  expect(rootOf("packages/z/zlib.html")).toBe("../../");
});

test.each([
  ["../../etc/passwd", "a/b", "..", ".", "", ".hidden", "x/../y", "C:\\x", "a\0b", "a\nb"],
  ["index", "con", "nul.txt", "com1", "x.", "-", "javascript:alert(1)", "?q", "#x", "%2e%2e", "ioctl:TCGETS"],
  ["A", "Zlib", "zlib ", "žlutý", "\ud800", "\ud801", "\udfff", "a".repeat(101), "a".repeat(5000), "\u202e"],
])("makes other names files of their own within the directory: %#", (...names) => {
  const all = [...names, "a", "x", "zlib"];
  const paths = all.flatMap((name) => [packagePath(name), featurePath("sub-feature", name), systemPath(name)]);
  for (const path of paths) {
    expect(path).toMatch(
      /^(packages\/([a-z0-9]|lib[a-z0-9])|sub-features|systems)\/[a-z0-9][a-z0-9+._~-]{0,99}\.html$/,
    );
    expect(path).not.toMatch(/\/(index|con|nul\.txt|com1)\.html$|\.\.html$/);
  }
  expect(new Set(paths).size).toBe(paths.length);
});

test("no name can be that of another one's file", () => {
  const file = /([^/]+)\.html$/.exec(packagePath("Upper"))?.[1] ?? "";
  expect(packagePath(file)).not.toBe(packagePath("Upper"));
});

test("formats numbers for people", () => {
  expect([0, 999, 1000, 34_299, 1_543_455].map(formatCount)).toEqual(["0", "999", "1,000", "34,299", "1,543,455"]);
  expect([0, 1.5, 1234.5678, 0.01].map(formatNumber)).toEqual(["0", "1.5", "1,234.568", "0.01"]);
  expect(
    [
      [0, 10],
      [1, 1000],
      [999, 1000],
      [10, 10],
      [1, 0],
    ].map(([part = 0, whole = 0]) => formatShare(part, whole)),
  ).toEqual([...["0 %", "< 1 %", "> 99 %", "100 %", "0 %"]]);
  expect([medianOf([]), medianOf([3]), medianOf([4, 1, 3, 2])]).toEqual([undefined, 3, 2]);
});

test("the search index is a script that says what it should, whatever names say", () => {
  const script = formatSearchIndex({
    features: new Map([["syscall", ["read", "write"]]]),
    packages: ["zlib", "</script>"],
    systems: [{ title: "S", path: "systems/s.html" }],
    figures: [],
  });
  expect(script).not.toContain("<");
  const scope: { loupeIndex?: unknown } = {};
  new Function("globalThis", script)(scope);
  expect(scope.loupeIndex).toEqual([
    { title: "system call", place: "calls", plain: "read\nwrite", others: [] },
    { title: "package", place: "packages", plain: "zlib", others: [["</script>", packagePath("</script>")]] },
    { title: "system", place: "", plain: "", others: [["S", "systems/s.html"]] },
  ]);
});
