// SPDX-License-Identifier: GPL-3.0-or-later
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { z } from "zod";
import type { TestOutcome } from "./test-results.js";

/** One `testcase` of a JUnit report. */
export interface JUnitTest {
  readonly name: string;
  readonly className: string;
  /** The name of the innermost suite around it. */
  readonly suite: string;
  readonly outcome: TestOutcome;
}

export type JUnitReport =
  | { readonly kind: "tests"; readonly tests: readonly JUnitTest[] }
  | { readonly kind: "unreadable"; readonly reason: string };

const ATTRIBUTES = "@";

// Entities stay as they are: a document that defines its own must not be able to make itself huge.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributesGroupName: ATTRIBUTES,
  attributeNamePrefix: "",
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: 50,
  isArray: (tag) => ["testsuite", "testcase", "skipped"].includes(tag),
});

const attributes = z.object({ [ATTRIBUTES]: z.record(z.string(), z.string()).optional() });
const skippedSchema = z.union([attributes, z.string().transform(() => ({ [ATTRIBUTES]: undefined }))]);
const testSchema = attributes.extend({
  skipped: z.array(skippedSchema).optional(),
  failure: z.unknown().optional(),
  error: z.unknown().optional(),
});
type TestElement = z.infer<typeof testSchema>;
interface SuiteElement {
  readonly [ATTRIBUTES]?: Record<string, string> | undefined;
  readonly testcase?: readonly (TestElement | string)[] | undefined;
  readonly testsuite?: readonly (SuiteElement | string)[] | undefined;
}
// An element without attributes and children is parsed as the empty string.
const suiteSchema: z.ZodType<SuiteElement> = attributes.extend({
  testcase: z.array(z.union([testSchema, z.string()])).optional(),
  testsuite: z.lazy(() => z.array(z.union([suiteSchema, z.string()]))).optional(),
});
const documentSchema = z.object({
  testsuites: z.union([suiteSchema, z.string()]).optional(),
  testsuite: z.array(z.union([suiteSchema, z.string()])).optional(),
});

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&amp;", "&"],
]);

function decode(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES.get(entity) ?? entity);
}

function readOutcome(test: TestElement): TestOutcome {
  if (test.error !== undefined) {
    return "error";
  }
  if (test.failure !== undefined) {
    return "failed";
  }
  const status = test[ATTRIBUTES]?.status;
  if (test.skipped !== undefined) {
    return test.skipped.some((skipped) => skipped[ATTRIBUTES]?.type === "pytest.xfail")
      ? "expected-failure"
      : "skipped";
  }
  // CTest and GoogleTest: a test that was not run may have nothing but its status.
  return status === "notrun" || status === "disabled" ? "skipped" : "passed";
}

function collectTests(suite: SuiteElement | string, tests: JUnitTest[]): void {
  if (typeof suite === "string") {
    return;
  }
  const suiteName = decode(suite[ATTRIBUTES]?.name ?? "");
  for (const test of suite.testcase ?? []) {
    const element: TestElement = typeof test === "string" ? {} : test;
    tests.push({
      name: decode(element[ATTRIBUTES]?.name ?? ""),
      className: decode(element[ATTRIBUTES]?.classname ?? ""),
      suite: suiteName,
      outcome: readOutcome(element),
    });
  }
  for (const inner of suite.testsuite ?? []) {
    collectTests(inner, tests);
  }
}

/** Reads a JUnit report of any producer. A report that is cut off is unreadable as a whole: what is missing cannot be told. */
export function parseJUnit(xml: string): JUnitReport {
  const validity = XMLValidator.validate(xml);
  if (validity !== true) {
    return { kind: "unreadable", reason: `it is not well-formed XML (line ${validity.err.line}: ${validity.err.msg})` };
  }
  let parsed: unknown;
  try {
    parsed = parser.parse(xml);
  } catch (error) {
    return { kind: "unreadable", reason: `it cannot be parsed (${(error as Error).message})` };
  }
  const document = documentSchema.safeParse(parsed);
  if (!document.success || (document.data.testsuites === undefined && document.data.testsuite === undefined)) {
    return { kind: "unreadable", reason: "it has no testsuites or testsuite element as JUnit reports have" };
  }
  const tests: JUnitTest[] = [];
  for (const suite of [document.data.testsuites ?? "", ...(document.data.testsuite ?? [])]) {
    collectTests(suite, tests);
  }
  return { kind: "tests", tests };
}
