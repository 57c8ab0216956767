// SPDX-License-Identifier: GPL-3.0-or-later
import { type DefaultRenderer, ListrDefaultRendererLogLevels, ListrLogger } from "listr2";
import { stderrColors } from "../terminal.js";
import { formatDuration } from "./describe.js";
import { DisplayOutput } from "./display-output.js";

/** How our lists are painted on standard error. */
export function listRendererOptions(): typeof DefaultRenderer.rendererOptions {
  const colors = stderrColors();
  const levels = ListrDefaultRendererLogLevels;
  return {
    logger: new ListrLogger({ processOutput: new DisplayOutput() }),
    // Why a phase was given up is told when the display has ended.
    showErrorMessage: false,
    timer: { condition: true, field: (milliseconds) => formatDuration(milliseconds / 1000), format: () => String },
    // listr2's own colours are chosen for standard output.
    color: {
      [levels.COMPLETED]: colors.green,
      [levels.FAILED]: colors.red,
      [levels.PENDING]: colors.yellow,
      [levels.OUTPUT]: colors.dim,
      [levels.WAITING]: colors.dim,
      [levels.COMPLETED_WITH_FAILED_SISTER_TASKS]: colors.dim,
    },
  };
}
