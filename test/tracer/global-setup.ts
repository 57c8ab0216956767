// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";

/** Builds the programs that the tests of the tracer run, once for all test files. */
export default async function buildPrograms(): Promise<void> {
  await execa("make", ["--silent", "-C", "tracer/test"], { stdout: ["pipe", process.stderr], stderr: "inherit" });
}
