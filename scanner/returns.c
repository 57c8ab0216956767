/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "returns.h"

#include <stdlib.h>
#include <string.h>

struct search {
	const struct program_code *code;
	/* For each piece, whether it may return. */
	bool *returns;
	/* Of the piece that is searched. */
	bool *seen;
	size_t *waiting;
	size_t waiting_count;
};

static void follow(struct search *search, size_t index)
{
	if (!search->seen[index]) {
		search->seen[index] = true;
		search->waiting[search->waiting_count++] = index;
	}
}

/* Whether what runs at an address comes back to who called the function that jumps there. */
static bool target_returns(const struct search *search, uint64_t target)
{
	const struct piece *piece = find_piece(search->code, target);

	return !piece || piece->start != target || search->returns[piece - search->code->pieces];
}

/* Goes on with what follows an instruction. Returns true when that may be the function's return. */
static bool step(struct search *search, const struct piece *piece, size_t index)
{
	const struct instruction *instructions = search->code->instructions + piece->first;
	const struct instruction *in = &instructions[index];

	if (in->flow == FLOW_RETURN)
		return true;
	if (in->flow == FLOW_END)
		return false;
	if (in->flow == FLOW_JUMP || in->flow == FLOW_BRANCH) {
		if (in->target < piece->start || in->target >= piece->end) {
			if (target_returns(search, in->target))
				return true;
		} else {
			size_t low = 0, high = piece->count;

			while (low < high) {
				size_t middle = low + (high - low) / 2;

				if (instructions[middle].address < in->target)
					low = middle + 1;
				else
					high = middle;
			}
			if (low == piece->count)
				return true;
			follow(search, low);
		}
	}
	if (in->flow == FLOW_JUMP || (in->flow == FLOW_CALL && in->target && !target_returns(search, in->target)))
		return false;
	if (index + 1 == piece->count)
		return true;
	follow(search, index + 1);
	return false;
}

static bool may_return(struct search *search, const struct piece *piece)
{
	if (piece->count == 0)
		return true;
	memset(search->seen, 0, piece->count * sizeof(*search->seen));
	search->waiting_count = 0;
	follow(search, 0);
	while (search->waiting_count > 0)
		if (step(search, piece, search->waiting[--search->waiting_count]))
			return true;
	return false;
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		die(EXIT_ENVIRONMENT, "out of memory");
	return memory;
}

void mark_final_calls(struct program_code *code)
{
	struct search search = {
		.code = code,
		.returns = allocate(code->piece_count, sizeof(bool)),
		.seen = allocate(code->instruction_count, sizeof(bool)),
		.waiting = allocate(code->instruction_count, sizeof(size_t)),
	};
	bool changed = true;

	memset(search.returns, true, code->piece_count * sizeof(bool));
	while (changed) {
		changed = false;
		for (size_t i = 0; i < code->piece_count; i++)
			if (search.returns[i] && !may_return(&search, &code->pieces[i])) {
				search.returns[i] = false;
				changed = true;
			}
	}
	for (size_t i = 0; i < code->instruction_count; i++) {
		struct instruction *in = &code->instructions[i];

		if (in->flow == FLOW_CALL && in->target)
			in->final = !target_returns(&search, in->target);
	}
	free(search.returns);
	free(search.seen);
	free(search.waiting);
}
