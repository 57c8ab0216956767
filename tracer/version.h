/* SPDX-License-Identifier: GPL-3.0-or-later */
#define LOUPE_VERSION "0.1.0"
