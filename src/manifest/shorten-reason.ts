// SPDX-License-Identifier: GPL-3.0-or-later

/** What make and debhelper add when something below them has failed: it says nothing about what that was. */
const WRAPPER_LINE = /^(g?make(\[\d+\])?: |dh(_\w+)?: |ninja: )/;

/** Failures that say more than the suite's last line does: a death, a limit, a test that was lost. */
const TELLING_FAILURE = /^(?!exit status|the test script|the server ended|.* exited with status)/;

/** What failed, or the last line that the suite itself printed, in one line of text that is as hostile as the log it comes from. */
export function shortenReason(reason: string): string {
  const [failure = "", ...lines] = reason.split("\n");
  const telling = TELLING_FAILURE.test(failure)
    ? undefined
    : lines.filter((line) => line.trim() !== "" && !WRAPPER_LINE.test(line)).at(-1);
  return telling ?? failure.replace(/; its last lines:$/, "");
}
