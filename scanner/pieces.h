/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All code of an image, cut into pieces: functions, or what lies between places where something may begin. */
#ifndef LOUPE_SCAN_PIECES_H
#define LOUPE_SCAN_PIECES_H

#include "code.h"

struct piece {
	uint64_t start, end;
	/* Of its instructions in `instructions`. */
	size_t first, count;
};

struct program_code {
	/* In the order of their addresses. */
	struct instruction *instructions;
	size_t instruction_count;
	struct piece *pieces;
	size_t piece_count;
	/* Places within pieces that other pieces jump to; sorted. */
	struct addresses entered;
	/* Addresses of code in data; sorted. */
	struct addresses data_pointers;
};

void read_code(const struct image *image, struct program_code *code);

/* The piece that holds an address, or NULL. */
const struct piece *find_piece(const struct program_code *code, uint64_t address);

#endif
