// SPDX-License-Identifier: GPL-3.0-or-later
import type { Progress } from "../../analysis/analysis.js";

/** Shows a person on standard error how far an analysis is. */
export interface ProgressDisplay {
  readonly listener: (progress: Progress) => void;
  /** Nothing more will come: the terminal is left as it was found. */
  end(): Promise<void>;
}
