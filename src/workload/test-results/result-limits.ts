// SPDX-License-Identifier: GPL-3.0-or-later

/** Limits on the result files that are copied out of one run, and read. */
export const MAX_RESULT_FILES = 10_000;
export const MAX_RESULT_FILE_BYTES = 16 * 1024 * 1024;
export const MAX_RESULT_BYTES = 128 * 1024 * 1024;
/** How much of a run's log is read. */
export const MAX_LOG_BYTES = 512 * 1024 * 1024;
