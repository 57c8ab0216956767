// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command } from "../../tracing/trace-request.js";
import { MAX_RESULT_BYTES, MAX_RESULT_FILE_BYTES, MAX_RESULT_FILES } from "./result-limits.js";
import { PYTEST_REPORT } from "./result-variables.js";

/**
 * The name of every destination. A run's directory may lie in the build tree, where runs beside it see it: what one run has copied is no
 * result of another one.
 */
export const RESULTS_DIRECTORY = "loupe-results";
/** In the destination: what was not copied, a path or a sentence a line. */
export const LEFT_OUT_FILE = ".left-out";
/** In the destination: made by the wrapper for itself. */
export const WRAPPER_FILES: readonly string[] = [LEFT_OUT_FILE, ".started", ".later"];

/** The files in which build systems and test tools leave results. `TEST-*.xml` is Maven's and Gradle's. */
const RESULT_FILES = ["*.trs", "*junit*.xml", "TEST-*.xml", PYTEST_REPORT];

const nameTests = RESULT_FILES.map((pattern) => `-name '${pattern}'`).join(" -o ");

/**
 * Runs "$@" (by exec: a shell would run its own `true` or `test`) and then copies the result files that it wrote. Needs sh, coreutils and findutils. Its variables are not exported, and its own
 * tools run with a PATH of their own, so that the suite and the wrapper do not get in each other's way.
 *
 * The suite starts only when the clock of the file system has moved on from the stamp: the kernel's file times advance in steps of some
 * milliseconds, and what is written within the same step is not newer.
 */
const SCRIPT = `
loupe_tree=$1
loupe_destination=$2
shift 2
if ! (
  PATH=/usr/bin:/bin
  : >"$loupe_destination/.started" || exit 1
  loupe_try=0
  while [ "$loupe_try" -lt 300 ]; do
    sleep 0.01
    : >"$loupe_destination/.later" || exit 1
    [ -z "$(find "$loupe_destination/.later" -newer "$loupe_destination/.started")" ] || exit 0
    loupe_try=$((loupe_try + 1))
  done
  exit 1
); then
  echo "loupe: test results cannot be stored in $loupe_destination: is it writable, and visible here?" >&2
  exit 125
fi
(exec "$@")
loupe_status=$?
(
  PATH=/usr/bin:/bin
  LC_ALL=C
  export PATH LC_ALL
  cd "$loupe_tree" || exit 1
  find . -name ${RESULTS_DIRECTORY} -prune -o -type f -newer "$loupe_destination/.started" \\( ${nameTests} \\) ! -path '*
*' -printf '%P/%s\\n' | sort | {
    loupe_count=0
    loupe_total=0
    while IFS= read -r loupe_line; do
      loupe_size=\${loupe_line##*/}
      loupe_path=\${loupe_line%/*}
      if [ "$loupe_size" -gt ${MAX_RESULT_FILE_BYTES} ]; then
        printf '%s is larger than ${MAX_RESULT_FILE_BYTES} bytes\\n' "$loupe_path" >>"$loupe_destination/${LEFT_OUT_FILE}"
        continue
      fi
      loupe_count=$((loupe_count + 1))
      loupe_total=$((loupe_total + loupe_size))
      if [ "$loupe_count" -gt ${MAX_RESULT_FILES} ] || [ "$loupe_total" -gt ${MAX_RESULT_BYTES} ]; then
        printf '%s and what follows it is too much\\n' "$loupe_path" >>"$loupe_destination/${LEFT_OUT_FILE}"
        break
      fi
      printf '%s\\0' "$loupe_path"
    done
  } | xargs -0 -r cp --no-dereference --parents --no-preserve=mode --target-directory="$loupe_destination" --
) || echo "some files cannot be copied" >>"$loupe_destination/${LEFT_OUT_FILE}"
exit "$loupe_status"
`;

/** Where a suite's result files are, and where they go. Both are absolute paths. */
export interface ResultPlaces {
  /** The build tree. */
  readonly tree: string;
  /** An empty RESULTS_DIRECTORY that outlives the run and is writable in it (the tracer's `--keep`). */
  readonly destination: string;
}

/**
 * A command that runs `command` and then copies the result files that it wrote in `tree` to `destination`, under their relative paths. It ends
 * with the exit status of `command`, 128 + N when signal N killed it, and 125 when the destination cannot be written to.
 */
export function wrapForResults(command: Command, { tree, destination }: ResultPlaces): Command {
  return ["/bin/sh", "-c", SCRIPT, "sh", tree, destination, ...command];
}
