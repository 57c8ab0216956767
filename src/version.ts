// SPDX-License-Identifier: GPL-3.0-or-later

/** The version of Loupe, as package.json has it. */
export const VERSION = "0.1.0";
