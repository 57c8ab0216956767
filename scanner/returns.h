/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOUPE_SCAN_RETURNS_H
#define LOUPE_SCAN_RETURNS_H

#include "pieces.h"

/* Marks the calls of functions of this image that never return, such as those that end in abort(). */
void mark_final_calls(struct program_code *code);

#endif
