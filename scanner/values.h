/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What registers and the stack hold at places of a function, as far as it is a few constants or an argument of the function. */
#ifndef LOUPE_SCAN_VALUES_H
#define LOUPE_SCAN_VALUES_H

#include "code.h"

enum { MOST_CONSTANTS = 6, MOST_SLOTS = 16, ARGUMENTS = 8 };

struct value {
	enum { ANYTHING, CONSTANTS, ARGUMENT } kind;
	/* Of constants; or which argument it is, from 0. */
	uint8_t count;
	int32_t constants[MOST_CONSTANTS];
};

struct state {
	bool reached, stack_known, arguments_changed;
	/* The stack pointer, from where it was when the function began: the return address is at 0. */
	int32_t stack;
	struct value registers[REGISTERS];
	struct {
		int32_t at;
		struct value value;
	} slots[MOST_SLOTS];
	unsigned slot_count;
};

/* The state in which a function begins, and one in which nothing is known. */
void begin_function(struct state *state);
void know_nothing(struct state *state);

/* What an instruction does to the state. */
void apply(struct state *state, const struct instruction *instruction);

/* A branch has told that a register has this value. */
void learn(struct state *state, uint8_t number, int64_t value);

/* Makes the state cover another one, too. Returns whether that changed it. */
bool merge_state(struct state *state, const struct state *other);

/* The value that a function which is called (or jumped to) here gets as its argument. */
struct value outgoing_argument(const struct state *state, unsigned argument, bool is_call);

#endif
