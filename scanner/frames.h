/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where functions begin and end, as the unwinder's tables say (.eh_frame): they are there in stripped files, too. */
#ifndef LOUPE_SCAN_FRAMES_H
#define LOUPE_SCAN_FRAMES_H

#include "image.h"

struct range {
	uint64_t start, end;
};

struct ranges {
	/* Sorted; none of them overlap. */
	struct range *items;
	size_t count;
};

void read_frames(const struct image *image, struct ranges *ranges);

/* The range that holds an address, or NULL. */
const struct range *find_range(const struct ranges *ranges, uint64_t address);

/* The index of the first range that begins at an address or after it. */
size_t find_next_range(const struct ranges *ranges, uint64_t address);

#endif
