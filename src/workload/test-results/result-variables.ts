// SPDX-License-Identifier: GPL-3.0-or-later
import type { Environment } from "../../tracing/trace-request.js";

/** Where pytest leaves its report, in the directory it is started in: several runs in several directories do not overwrite each other's. */
export const PYTEST_REPORT = "loupe-pytest-junit.xml";

/**
 * The environment of a suite with the variables that make test tools say more: pytest writes a JUnit report, and Perl's prove(1) and
 * Test::Harness print the single tests of each file. What the environment has already stays.
 */
export function addResultVariables(environment: Environment): Environment {
  const options = environment.PYTEST_ADDOPTS;
  return {
    HARNESS_VERBOSE: "1",
    ...environment,
    PYTEST_ADDOPTS: `${options === undefined ? "" : `${options} `}--junit-xml=${PYTEST_REPORT}`,
  };
}
