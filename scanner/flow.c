/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

struct block {
	size_t first, count;
	struct state begin;
	bool waiting;
};

struct graph {
	const struct image *image;
	const struct instruction *instructions;
	size_t count;
	/* The block of each instruction. */
	size_t *block_of;
	struct block *blocks;
	size_t block_count;
	/* What holds at any jump through a table: its cases may be anywhere in the function. */
	struct state cases;
	bool cases_waiting;
};

bool is_indirect(const struct image *image, const struct instruction *instruction)
{
	return instruction->target == 0 && !(instruction->through && find_slot(image, instruction->through));
}

/* The index of the instruction at an address, or `count`. */
static size_t find_instruction(const struct graph *graph, uint64_t address)
{
	size_t low = 0, high = graph->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (graph->instructions[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < graph->count && graph->instructions[low].address == address ? low : graph->count;
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		die(EXIT_ENVIRONMENT, "out of memory");
	return memory;
}

static void find_blocks(struct graph *graph, const struct program_code *code)
{
	bool *leads = allocate(graph->count + 1, sizeof(*leads));

	leads[0] = true;
	for (size_t i = 0; i < graph->count; i++) {
		const struct instruction *in = &graph->instructions[i];

		if (in->flow != FLOW_NEXT && (in->flow != FLOW_CALL || in->final))
			leads[i + 1] = true;
		if (in->target && in->flow != FLOW_CALL)
			leads[find_instruction(graph, in->target)] = true;
		if (has_address(&code->entered, in->address))
			leads[i] = true;
	}
	for (size_t i = 0; i < graph->count; i++)
		graph->block_count += leads[i];
	graph->blocks = allocate(graph->block_count, sizeof(*graph->blocks));
	for (size_t i = 0, block = 0; i < graph->count; i++) {
		if (leads[i] && i > 0)
			block++;
		if (leads[i])
			graph->blocks[block].first = i;
		graph->blocks[block].count++;
		graph->block_of[i] = block;
	}
	free(leads);
}

static void reach(struct block *block, const struct state *state)
{
	if (merge_state(&block->begin, state))
		block->waiting = true;
}

/* What is known behind a branch that has compared a register with a number: on one of its two ways it has that value. */
static struct state learn_from_test(const struct state *state, const struct instruction *branch, bool taken)
{
	const struct instruction *before = branch - 1;
	struct state learnt = *state;

	if (branch->test == (taken ? TAKEN_IF_EQUAL : PASSED_IF_EQUAL))
		learn(&learnt, before->src, before->stored);
	return learnt;
}

/* Hands the state at the end of a block on to those that follow. */
static void leave_block(struct graph *graph, size_t index, const struct state *state)
{
	const struct block *block = &graph->blocks[index];
	const struct instruction *last = &graph->instructions[block->first + block->count - 1];
	bool tests = block->count > 1 && last->test != NO_TEST && (last - 1)->compares;
	struct state taken = tests ? learn_from_test(state, last, true) : *state;
	struct state passed = tests ? learn_from_test(state, last, false) : *state;

	if (last->flow == FLOW_JUMP || last->flow == FLOW_BRANCH) {
		size_t target = last->target ? find_instruction(graph, last->target) : graph->count;

		if (target < graph->count)
			reach(&graph->blocks[graph->block_of[target]], &taken);
		if (last->flow == FLOW_JUMP && is_indirect(graph->image, last) && merge_state(&graph->cases, state))
			graph->cases_waiting = true;
	}
	if (goes_on(last) && index + 1 < graph->block_count)
		reach(&graph->blocks[index + 1], &passed);
}

static void run_block(struct graph *graph, size_t index)
{
	struct block *block = &graph->blocks[index];
	struct state state = block->begin;

	block->waiting = false;
	for (size_t i = 0; i < block->count; i++)
		apply(&state, &graph->instructions[block->first + i]);
	leave_block(graph, index, &state);
}

static void settle(struct graph *graph)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < graph->block_count; i++)
			if (graph->blocks[i].waiting) {
				run_block(graph, i);
				again = true;
			}
		if (graph->cases_waiting) {
			graph->cases_waiting = false;
			for (size_t i = 0; i < graph->block_count; i++)
				reach(&graph->blocks[i], &graph->cases);
			again = true;
		}
	}
}

static bool is_padding(const struct graph *graph, const struct block *block)
{
	for (size_t i = 0; i < block->count; i++)
		if (!graph->instructions[block->first + i].padding)
			return false;
	return true;
}

/* What nothing leads to may be reached in a way that is not seen, such as by an exception: nothing is known there. */
static void settle_rest(struct graph *graph, const struct state *nothing)
{
	for (size_t i = 0; i < graph->block_count; i++)
		if (!graph->blocks[i].begin.reached && !is_padding(graph, &graph->blocks[i])) {
			reach(&graph->blocks[i], nothing);
			settle(graph);
		}
}

void follow_piece(const struct image *image, const struct program_code *code, const struct piece *piece,
		  state_visitor *visit, void *context)
{
	struct graph graph = {
		.image = image,
		.instructions = code->instructions + piece->first,
		.count = piece->count,
	};
	struct state state, nothing;

	if (piece->count == 0)
		return;
	know_nothing(&nothing);
	graph.block_of = allocate(graph.count, sizeof(*graph.block_of));
	find_blocks(&graph, code);
	begin_function(&state);
	reach(&graph.blocks[0], &state);
	for (size_t i = 0; i < graph.block_count; i++)
		if (has_address(&code->entered, graph.instructions[graph.blocks[i].first].address))
			reach(&graph.blocks[i], &nothing);
	settle(&graph);
	settle_rest(&graph, &nothing);
	for (size_t i = 0; i < graph.block_count; i++) {
		state = graph.blocks[i].begin;
		for (size_t j = 0; j < graph.blocks[i].count; j++) {
			const struct instruction *in = &graph.instructions[graph.blocks[i].first + j];

			visit(context, in, &state);
			apply(&state, in);
		}
	}
	free(graph.block_of);
	free(graph.blocks);
}
