/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pieces.h"

#include "frames.h"
#include "returns.h"

#include <stdlib.h>
#include <string.h>

/* A jump or call from one place to another. */
struct edge {
	uint64_t from, to;
};

struct builder {
	const struct image *image;
	struct program_code *code;
	struct ranges frames;
	/* Where something may begin in code that no table describes. */
	struct addresses starts;
	struct edge *edges;
	size_t edge_count, edge_room, instruction_room, piece_room;
};

/* Tables of stubs have one frame for all of them. */
static bool is_stub_table(const struct section *section)
{
	return strncmp(section->name, ".plt", 4) == 0;
}

static const struct range *find_frame_in(const struct builder *builder, const struct section *section, uint64_t address)
{
	return is_stub_table(section) ? NULL : find_range(&builder->frames, address);
}

static const struct range *find_frame(const struct builder *builder, uint64_t address)
{
	const struct section *section = find_section(builder->image, address);

	return section ? find_frame_in(builder, section, address) : NULL;
}

static void add_start(struct builder *builder, uint64_t address)
{
	if (is_code(builder->image, address))
		add_address(&builder->starts, address);
}

static void add_instruction(struct builder *builder, const struct instruction *instruction)
{
	struct program_code *code = builder->code;

	if (code->instruction_count == builder->instruction_room) {
		builder->instruction_room = builder->instruction_room ? builder->instruction_room * 2 : 65536;
		code->instructions = grow_array(code->instructions, builder->instruction_room,
						sizeof(*code->instructions));
	}
	code->instructions[code->instruction_count++] = *instruction;
}

static void add_edge(struct builder *builder, uint64_t from, uint64_t to)
{
	const struct range *frame = find_frame(builder, from);

	if (frame && to >= frame->start && to < frame->end)
		return;
	if (builder->edge_count == builder->edge_room) {
		builder->edge_room = builder->edge_room ? builder->edge_room * 2 : 4096;
		builder->edges = grow_array(builder->edges, builder->edge_room, sizeof(*builder->edges));
	}
	builder->edges[builder->edge_count++] = (struct edge){ from, to };
}

/* Decodes from one address to another: what cannot be decoded is passed over byte by byte. */
static void sweep(struct builder *builder, struct decoder *decoder, uint64_t from, uint64_t to)
{
	struct instruction instruction;

	for (uint64_t at = from; at < to; at += instruction.size) {
		decode(decoder, at, &instruction);
		/* Something begins at `to`, in the middle of what looks like an instruction. */
		if (instruction.size > to - at)
			instruction.size = to - at;
		if (instruction.target) {
			add_edge(builder, at, instruction.target);
			if (instruction.flow == FLOW_CALL)
				add_start(builder, instruction.target);
		}
		if (instruction.names)
			add_start(builder, instruction.names);
		add_instruction(builder, &instruction);
	}
}

static void sweep_section(struct builder *builder, struct decoder *decoder, const struct section *section)
{
	uint64_t at = section->address, end = section->address + section->size;

	while (at < end) {
		const struct range *frame = find_frame_in(builder, section, at);
		uint64_t stop = end;

		if (frame) {
			stop = frame->end < end ? frame->end : end;
		} else if (!is_stub_table(section)) {
			size_t next = find_next_range(&builder->frames, at);

			if (next < builder->frames.count && builder->frames.items[next].start < end)
				stop = builder->frames.items[next].start;
		}
		sweep(builder, decoder, at, stop);
		at = stop;
	}
}

static void add_piece(struct builder *builder, uint64_t start, uint64_t end)
{
	struct program_code *code = builder->code;

	if (start >= end)
		return;
	if (code->piece_count == builder->piece_room) {
		builder->piece_room = builder->piece_room ? builder->piece_room * 2 : 4096;
		code->pieces = grow_array(code->pieces, builder->piece_room, sizeof(*code->pieces));
	}
	code->pieces[code->piece_count++] = (struct piece){ .start = start, .end = end };
}

/* Frames are pieces as they are; what is between them is cut wherever something may begin. */
static void cut_section(struct builder *builder, const struct section *section)
{
	uint64_t at = section->address, end = section->address + section->size;
	size_t start = find_address(&builder->starts, at);

	while (at < end) {
		const struct range *frame = find_frame_in(builder, section, at);
		uint64_t stop = frame ? frame->end : end;

		if (!frame) {
			while (start < builder->starts.count && builder->starts.items[start] <= at)
				start++;
			if (start < builder->starts.count && builder->starts.items[start] < stop)
				stop = builder->starts.items[start];
			if (!is_stub_table(section)) {
				size_t next = find_next_range(&builder->frames, at);

				if (next < builder->frames.count && builder->frames.items[next].start < stop)
					stop = builder->frames.items[next].start;
			}
		}
		if (stop > end)
			stop = end;
		add_piece(builder, at, stop);
		at = stop;
	}
}

static int compare_pieces(const void *left, const void *right)
{
	uint64_t a = ((const struct piece *)left)->start, b = ((const struct piece *)right)->start;

	return a < b ? -1 : a > b;
}

static int compare_instructions(const void *left, const void *right)
{
	uint64_t a = ((const struct instruction *)left)->address, b = ((const struct instruction *)right)->address;

	return a < b ? -1 : a > b;
}

static void assign_instructions(struct program_code *code)
{
	size_t at = 0;

	for (size_t i = 0; i < code->piece_count; i++) {
		struct piece *piece = &code->pieces[i];

		while (at < code->instruction_count && code->instructions[at].address < piece->start)
			at++;
		piece->first = at;
		while (at < code->instruction_count && code->instructions[at].address < piece->end)
			at++;
		piece->count = at - piece->first;
	}
}

/*
 * Where a function makes a new process or thread, its table ends before the call, so that nobody unwinds further (glibc, clone):
 * what follows without a label of its own still belongs to it.
 */
static void join_pieces(struct builder *builder)
{
	struct program_code *code = builder->code;
	size_t kept = 0;

	for (size_t i = 1; i < code->piece_count; i++) {
		struct piece *piece = &code->pieces[i], *before = &code->pieces[kept];
		const struct instruction *last = before->count ? &code->instructions[before->first + before->count - 1] : NULL;

		if (last && (last->flow == FLOW_NEXT || last->flow == FLOW_BRANCH) && before->end == piece->start &&
		    !last->padding && !find_frame(builder, piece->start) && !has_address(&builder->starts, piece->start)) {
			before->end = piece->end;
			before->count += piece->count;
		} else {
			code->pieces[++kept] = *piece;
		}
	}
	if (code->piece_count > 0)
		code->piece_count = kept + 1;
}

const struct piece *find_piece(const struct program_code *code, uint64_t address)
{
	size_t low = 0, high = code->piece_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code->pieces[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < code->piece_count && code->pieces[low].start <= address ? &code->pieces[low] : NULL;
}

/* Whether an instruction runs on into the one with this index. */
static bool is_run_into(const struct program_code *code, size_t index)
{
	while (index > 0 && code->instructions[index - 1].padding)
		index--;
	return index > 0 && goes_on(&code->instructions[index - 1]);
}

static size_t find_instruction(const struct program_code *code, uint64_t address)
{
	size_t low = 0, high = code->instruction_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code->instructions[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Where no table describes the code, a function that others only jump to at their ends has no start yet. Returns whether there are
 * new ones.
 */
static bool find_more_starts(struct builder *builder)
{
	size_t before = builder->starts.count;

	for (size_t i = 0; i < builder->edge_count; i++) {
		const struct edge *edge = &builder->edges[i];
		const struct piece *to = find_piece(builder->code, edge->to);

		if (to && edge->to != to->start && (edge->from < to->start || edge->from >= to->end) &&
		    !find_frame(builder, edge->to) && !is_run_into(builder->code, find_instruction(builder->code, edge->to)))
			add_address(&builder->starts, edge->to);
	}
	sort_addresses(&builder->starts);
	return builder->starts.count != before;
}

static void cut_all(struct builder *builder)
{
	const struct image *image = builder->image;
	struct program_code *code = builder->code;

	code->piece_count = 0;
	for (size_t i = 0; i < image->section_count; i++)
		if (image->sections[i].executable && image->sections[i].bytes)
			cut_section(builder, &image->sections[i]);
	if (code->piece_count > 0)
		qsort(code->pieces, code->piece_count, sizeof(*code->pieces), compare_pieces);
	assign_instructions(code);
	join_pieces(builder);
}

static void find_entered(struct builder *builder)
{
	struct program_code *code = builder->code;

	for (size_t i = 0; i < builder->edge_count; i++) {
		const struct edge *edge = &builder->edges[i];
		const struct piece *to = find_piece(code, edge->to);

		if (to && edge->to != to->start && (edge->from < to->start || edge->from >= to->end))
			add_address(&code->entered, edge->to);
	}
	sort_addresses(&code->entered);
}

static bool is_offset_table(const struct section *section)
{
	return strncmp(section->name, ".got", 4) == 0;
}

/*
 * A pointer into the middle of a function is a case of a switch, where addresses are fixed: nobody calls it. Elsewhere such tables
 * hold differences.
 */
static void add_data_pointer(struct builder *builder, uint64_t pointer)
{
	const struct range *frame = find_frame(builder, pointer);

	if (!is_code(builder->image, pointer))
		return;
	if (builder->image->fixed && frame && pointer > frame->start)
		return;
	add_address(&builder->code->data_pointers, pointer);
	add_start(builder, pointer);
}

static void find_data_pointers(struct builder *builder)
{
	const struct image *image = builder->image;

	for (size_t i = 0; i < image->slot_count; i++) {
		const struct section *section = find_section(image, image->slots[i].place);

		if (section && !is_offset_table(section) && !image->slots[i].symbol)
			add_data_pointer(builder, image->slots[i].address);
	}
	for (size_t i = 0; image->fixed && i < image->section_count; i++) {
		const struct section *section = &image->sections[i];

		if (section->executable || !section->bytes || strcmp(section->name, ".eh_frame") == 0)
			continue;
		for (uint64_t at = (8 - section->address % 8) % 8; at + 8 <= section->size; at += 8) {
			uint64_t word;

			memcpy(&word, section->bytes + at, 8);
			add_data_pointer(builder, word);
		}
	}
	sort_addresses(&builder->code->data_pointers);
}

static void find_known_starts(struct builder *builder)
{
	const struct image *image = builder->image;

	add_start(builder, image->entry);
	for (size_t i = 0; i < image->symbols.count; i++)
		add_start(builder, image->symbols.items[i]);
	for (size_t i = 0; i < image->roots.count; i++)
		add_start(builder, image->roots.items[i]);
	for (size_t i = 0; i < image->section_count; i++) {
		const struct section *section = &image->sections[i];

		/* Stubs are at least this large; a smaller number of a hostile file would cut forever. */
		if (section->executable && section->bytes && is_stub_table(section) && section->entry_size >= 8)
			for (uint64_t at = 0; at < section->size; at += section->entry_size)
				add_start(builder, section->address + at);
	}
}

void read_code(const struct image *image, struct program_code *code)
{
	struct builder builder = { .image = image, .code = code };
	struct decoder *decoder = open_decoder(image);

	memset(code, 0, sizeof(*code));
	read_frames(image, &builder.frames);
	find_data_pointers(&builder);
	find_known_starts(&builder);
	for (size_t i = 0; i < image->section_count; i++)
		if (image->sections[i].executable && image->sections[i].bytes)
			sweep_section(&builder, decoder, &image->sections[i]);
	sort_addresses(&builder.starts);
	if (code->instruction_count > 0)
		qsort(code->instructions, code->instruction_count, sizeof(*code->instructions), compare_instructions);
	do
		cut_all(&builder);
	while (find_more_starts(&builder));
	find_entered(&builder);
	mark_final_calls(code);
	close_decoder(decoder);
	free(builder.starts.items);
	free(builder.edges);
	free(builder.frames.items);
}
