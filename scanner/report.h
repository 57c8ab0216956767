/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes what was found, one JSON object a line: docs/scanner-protocol.md. */
#ifndef LOUPE_SCAN_REPORT_H
#define LOUPE_SCAN_REPORT_H

#include "pieces.h"

void report_file(const struct image *image);
void report_roots(const struct image *image, const struct program_code *code);
void report_pieces(const struct image *image, const struct program_code *code);
void report_end(const struct program_code *code);

#endif
