// SPDX-License-Identifier: GPL-3.0-or-later
import type { LineNote } from "../planning/input/text-file.js";
import { printMessage } from "./output.js";

/** More notes than this are only counted. */
const MOST_NOTES = 20;

/** Tells of lines of a user's file on standard error; of many, `more` says how many there are beyond the first ones. */
export function tellNotes(notes: readonly LineNote[], more: (count: number) => string): void {
  for (const { file, line, message } of notes.slice(0, MOST_NOTES)) {
    printMessage(`${file}:${line}: ${message}`);
  }
  if (notes.length > MOST_NOTES) {
    printMessage(more(notes.length - MOST_NOTES));
  }
}
