// SPDX-License-Identifier: GPL-3.0-or-later

/** Calls `use` with a signal that aborts with any of these: AbortSignal.any() is younger than the oldest Node.js that this runs on. */
export async function withEitherSignal<Result>(
  signals: readonly (AbortSignal | undefined)[],
  use: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const given = signals.filter((signal) => signal !== undefined);
  for (const signal of given) {
    signal.addEventListener("abort", abort, { once: true });
  }
  if (given.some(({ aborted }) => aborted)) {
    abort();
  }
  try {
    return await use(controller.signal);
  } finally {
    for (const signal of given) {
      signal.removeEventListener("abort", abort);
    }
  }
}
