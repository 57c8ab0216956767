// SPDX-License-Identifier: GPL-3.0-or-later

/** Work that goes on while something else is done, and may start more of its kind. */
export class Proofs {
  readonly #started: Promise<void>[] = [];

  add(proof: Promise<unknown>): void {
    const settled = proof.then(() => undefined);
    // The first error is thrown when the proofs are waited for; the others are not to end the process.
    settled.catch(() => undefined);
    this.#started.push(settled);
  }

  /** Waits for everything, also where some of it fails; throws the first error. */
  async finish(): Promise<void> {
    for (let waitedFor = 0; waitedFor < this.#started.length; ) {
      const proofs = this.#started.slice(waitedFor);
      waitedFor += proofs.length;
      await Promise.allSettled(proofs);
    }
    await Promise.all(this.#started);
  }
}
