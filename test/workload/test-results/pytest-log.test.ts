// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import { addResultVariables } from "../../../src/workload/test-results/result-variables.js";
import { fixture, readFiles, readLogText } from "./fixtures.js";

test("pytest -v names the same tests as pytest's report", async () => {
  const log = await collectResults({ logFile: fixture("pytest/verbose.log") });
  const report = await readFiles(fixture("pytest/files"));
  expect(log.format).toBe("pytest");
  expect([...log.tests.keys()].map((name) => `.pybuild/cpython3 > ${name}`)).toEqual([...report.tests.keys()]);
  expect(log.tests.get("test_tiny::test_unexpected")).toBe("unexpected-pass");
  expect(log.tests.get("test_tiny::test_teardown")).toBe("error");
});

test("reads the output of pytest-xdist", async () => {
  const { tests } = await readLogText(
    "[gw0] [ 50%] PASSED a/test_x.py::test_a \n[gw1] [100%] FAILED test_x.py::T::test_b[x y] \n",
  );
  expect([...tests]).toEqual([
    ["a.test_x::test_a", "passed"],
    ["test_x.T::test_b[x y]", "failed"],
  ]);
});

test("adds to the variables that are there", () => {
  expect(addResultVariables({ HOME: "/h" })).toEqual({
    HOME: "/h",
    HARNESS_VERBOSE: "1",
    PYTEST_ADDOPTS: "--junit-xml=loupe-pytest-junit.xml",
  });
  expect(addResultVariables({ PYTEST_ADDOPTS: "-q", HARNESS_VERBOSE: "0" })).toEqual({
    HARNESS_VERBOSE: "0",
    PYTEST_ADDOPTS: "-q --junit-xml=loupe-pytest-junit.xml",
  });
});
