// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError } from "../../errors.js";
import { readTrsFile } from "./automake-trs.js";
import { readJUnitFile } from "./junit-file.js";
import { MAX_RESULT_FILE_BYTES, MAX_RESULT_FILES } from "./result-limits.js";
import { LEFT_OUT_FILE, WRAPPER_FILES } from "./result-wrapper.js";
import { MAX_TESTS, TestRecorder } from "./test-recorder.js";
import type { TestsByFormat } from "./test-results.js";

const QUOTED_LEFT_OUT = 5;

async function listFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
      .sort();
  } catch (cause) {
    throw new EnvironmentError(`cannot read the test results in ${directory}: ${describeCause(cause, directory)}`, {
      cause,
    });
  }
}

async function readBounded(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_RESULT_FILE_BYTES) {
    throw new Error(`it is larger than ${MAX_RESULT_FILE_BYTES} bytes`);
  }
  return await readFile(path, "utf8");
}

function describeLeftOut(list: string): string {
  const lines = list.split("\n").filter((line) => line !== "");
  if (lines.length === 0) {
    return "not all result files were copied: the disk may be full";
  }
  const more = lines.length > QUOTED_LEFT_OUT ? `; and ${lines.length - QUOTED_LEFT_OUT} more` : "";
  return `not all result files were copied: ${lines.slice(0, QUOTED_LEFT_OUT).join("; ")}${more}`;
}

/**
 * Reads the result files that the wrapper has copied to `directory`. A file that cannot be read is a problem, and its tests are missing.
 * Throws EnvironmentError when the directory itself cannot be read.
 */
export async function readResultFiles(
  directory: string,
): Promise<{ readonly tests: TestsByFormat; readonly problems: readonly string[] }> {
  const recorders = {
    automake: new TestRecorder(),
    meson: new TestRecorder(),
    pytest: new TestRecorder(),
    junit: new TestRecorder(),
  };
  const problems: string[] = [];
  const files = await listFiles(directory);
  if (files.includes(LEFT_OUT_FILE)) {
    problems.push(describeLeftOut(await readFile(join(directory, LEFT_OUT_FILE), "utf8")));
  }
  const results = files.filter((file) => !WRAPPER_FILES.includes(file));
  if (results.length > MAX_RESULT_FILES) {
    problems.push(`${directory} holds more than ${MAX_RESULT_FILES} result files; the rest of them is not read`);
  }
  for (const file of results.slice(0, MAX_RESULT_FILES)) {
    try {
      const content = await readBounded(join(directory, file));
      const problem = file.endsWith(".trs")
        ? readTrsFile(file, content, recorders.automake)
        : readJUnitFile(file, content, recorders);
      problems.push(...(problem === undefined ? [] : [problem]));
    } catch (error) {
      problems.push(`${file} is not read: ${describeCause(error)}; its tests count as not run`);
    }
  }
  const present = Object.entries(recorders).filter(([, { tests }]) => tests.size > 0);
  for (const [format] of present.filter(([, { overflowed }]) => overflowed)) {
    problems.push(`the result files name more than ${MAX_TESTS} tests (${format}); the rest of them is not read`);
  }
  return {
    tests: new Map(present.map(([format, { tests }]) => [format as keyof typeof recorders, tests])),
    problems,
  };
}
