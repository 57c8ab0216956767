/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Follows values through the instructions of a piece. */
#ifndef LOUPE_SCAN_FLOW_H
#define LOUPE_SCAN_FLOW_H

#include "pieces.h"
#include "values.h"

typedef void state_visitor(void *context, const struct instruction *instruction, const struct state *before);

/* Calls `visit` for each instruction of a piece, in order, with what is known before it, whichever way leads there. */
void follow_piece(const struct image *image, const struct program_code *code, const struct piece *piece,
		  state_visitor *visit, void *context);

/* Whether a jump or call goes to a place that nobody can tell from the code alone. */
bool is_indirect(const struct image *image, const struct instruction *instruction);

#endif
