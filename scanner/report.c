/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"

#include "flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of system calls are smaller; other constants say nothing here. */
enum { LARGEST_NUMBER = 1023 };

static void print_optional(const char *key, const char *text)
{
	if (text) {
		printf(",\"%s\":", key);
		print_json_string(stdout, text);
	}
}

void report_file(const struct image *image)
{
	printf("{\"type\":\"file\",\"protocol\":1,\"path\":");
	print_json_string(stdout, image->path);
	printf(",\"entry\":%" PRIu64, image->entry);
	print_optional("interpreter", image->interpreter);
	print_optional("soname", image->soname);
	print_optional("runpath", image->runpath);
	printf(",\"needed\":[");
	for (size_t i = 0; i < image->needed_count; i++) {
		if (i > 0)
			putchar(',');
		print_json_string(stdout, image->needed[i]);
	}
	printf("]}\n");
	for (size_t i = 0; i < image->export_count; i++) {
		printf("{\"type\":\"export\",\"name\":");
		print_json_string(stdout, image->exports[i].name);
		printf(",\"address\":%" PRIu64 "}\n", image->exports[i].address);
	}
}

static void report_root(uint64_t address, const char *reason)
{
	printf("{\"type\":\"root\",\"address\":%" PRIu64 ",\"reason\":\"%s\"}\n", address, reason);
}

void report_roots(const struct image *image, const struct program_code *code)
{
	for (size_t i = 0; i < image->roots.count; i++)
		report_root(image->roots.items[i], "start");
	for (size_t i = 0; i < code->data_pointers.count; i++)
		report_root(code->data_pointers.items[i], "data");
	for (size_t i = 0; i < image->slot_count; i++) {
		const struct slot *slot = &image->slots[i];
		const struct section *section = find_section(image, slot->place);

		if (!slot->symbol || (section && strncmp(section->name, ".got", 4) == 0))
			continue;
		printf("{\"type\":\"root-symbol\",\"name\":");
		print_json_string(stdout, slot->symbol);
		printf("}\n");
	}
}

/* The lists of a function's line. Each is written to memory first: one pass over the function's code fills all of them. */
enum list_name { CALLS, IMPORTS, REFERENCES, IMPORT_REFERENCES, SYSCALLS, LISTS };

static const char *const list_names[LISTS] = { "calls", "imports", "references", "importReferences", "syscalls" };

struct list {
	FILE *stream;
	char *text;
	size_t size;
};

struct piece_report {
	const struct image *image;
	const struct program_code *code;
	const struct piece *piece;
	struct list lists[LISTS];
	unsigned undecoded;
};

static void open_lists(struct piece_report *report)
{
	for (unsigned i = 0; i < LISTS; i++) {
		report->lists[i].stream = open_memstream(&report->lists[i].text, &report->lists[i].size);
		if (!report->lists[i].stream)
			die(EXIT_ENVIRONMENT, "out of memory");
	}
}

/* Writes the lists that have items, and empties them. */
static void print_lists(struct piece_report *report)
{
	for (unsigned i = 0; i < LISTS; i++) {
		struct list *list = &report->lists[i];
		long length = ftell(list->stream);

		if (fflush(list->stream) != 0 || length < 0)
			die(EXIT_ENVIRONMENT, "out of memory");
		if (length > 0)
			printf(",\"%s\":[%.*s]", list_names[i], (int)length, list->text);
		rewind(list->stream);
	}
}

static void close_lists(struct piece_report *report)
{
	for (unsigned i = 0; i < LISTS; i++) {
		fclose(report->lists[i].stream);
		free(report->lists[i].text);
	}
}

/* Where the next item of a list goes. */
static FILE *begin_item(const struct piece_report *report, enum list_name name)
{
	FILE *stream = report->lists[name].stream;

	if (ftell(stream) > 0)
		putc(',', stream);
	return stream;
}

/* Whether the value is worth telling: numbers that may be system calls, or an argument that is handed on. */
static bool is_telling(const struct value *value)
{
	if (value->kind != CONSTANTS)
		return value->kind == ARGUMENT;
	for (unsigned i = 0; i < value->count; i++)
		if (value->constants[i] < 0 || value->constants[i] > LARGEST_NUMBER)
			return false;
	return true;
}

static void print_value(FILE *stream, const struct value *value)
{
	if (value->kind == ARGUMENT) {
		fprintf(stream, "%u", value->count);
		return;
	}
	putc('[', stream);
	for (unsigned i = 0; i < value->count; i++)
		fprintf(stream, "%s%" PRId32, i > 0 ? "," : "", value->constants[i]);
	putc(']', stream);
}

static void print_arguments(FILE *stream, const struct instruction *in, const struct state *state)
{
	bool first = true;

	fputs(",{", stream);
	for (unsigned i = 0; i < ARGUMENTS; i++) {
		struct value value = outgoing_argument(state, i, in->flow == FLOW_CALL);

		if (!is_telling(&value))
			continue;
		fprintf(stream, "%s\"%u\":", first ? "" : ",", i);
		print_value(stream, &value);
		first = false;
	}
	fputs("}]", stream);
}

static bool is_inside(const struct piece *piece, uint64_t address)
{
	return address >= piece->start && address < piece->end;
}

/* Where a jump or call goes, if that is outside of the piece or its beginning. */
static uint64_t find_target(const struct piece_report *report, const struct instruction *in, const struct slot *slot)
{
	uint64_t target = in->target ? in->target : slot && !slot->symbol ? slot->address : 0;

	if (!is_code(report->image, target))
		return 0;
	return in->flow != FLOW_CALL && is_inside(report->piece, target) ? 0 : target;
}

static void report_flow(struct piece_report *report, const struct instruction *in, const struct state *state)
{
	const struct slot *slot = in->through ? find_slot(report->image, in->through) : NULL;
	uint64_t target = find_target(report, in, slot);
	FILE *stream;

	if (target) {
		stream = begin_item(report, CALLS);
		fprintf(stream, "[%" PRIu64, target);
		print_arguments(stream, in, state);
	} else if (slot && slot->symbol) {
		stream = begin_item(report, IMPORTS);
		putc('[', stream);
		print_json_string(stream, slot->symbol);
		print_arguments(stream, in, state);
	}
}

static void report_names(struct piece_report *report, const struct instruction *in)
{
	const struct slot *slot = in->loads ? find_slot(report->image, in->loads) : NULL;
	uint64_t named[] = { in->names, slot && !slot->symbol ? slot->address : 0 };

	for (unsigned i = 0; i < 2; i++)
		if (named[i] && is_code(report->image, named[i]) && !is_inside(report->piece, named[i]))
			fprintf(begin_item(report, REFERENCES), "%" PRIu64, named[i]);
	if (slot && slot->symbol)
		print_json_string(begin_item(report, IMPORT_REFERENCES), slot->symbol);
}

static void report_syscall(struct piece_report *report, const struct instruction *in, const struct state *state)
{
	const struct value *number = &state->registers[RAX];
	FILE *stream = begin_item(report, SYSCALLS);

	fprintf(stream, "[%" PRIu64 ",\"%s\",", in->address, in->effect == EFFECT_SYSCALL ? "native" : "i386");
	if (is_telling(number))
		print_value(stream, number);
	else
		fputs("null", stream);
	putc(']', stream);
}

static void report_instruction(void *context, const struct instruction *in, const struct state *state)
{
	struct piece_report *report = context;

	report->undecoded += in->undecoded;
	if (in->flow == FLOW_JUMP || in->flow == FLOW_BRANCH || in->flow == FLOW_CALL)
		report_flow(report, in, state);
	else
		report_names(report, in);
	if (in->effect == EFFECT_SYSCALL || in->effect == EFFECT_SYSCALL_I386)
		report_syscall(report, in, state);
}

/* Code that no table describes may go on where the next piece begins. */
static void report_fall_through(const struct piece_report *report)
{
	const struct instruction *instructions = report->code->instructions + report->piece->first;
	size_t count = report->piece->count;

	while (count > 0 && instructions[count - 1].padding)
		count--;
	if (count > 0 && goes_on(&instructions[count - 1]) && is_code(report->image, report->piece->end))
		fprintf(begin_item(report, CALLS), "[%" PRIu64 ",{}]", report->piece->end);
}

void report_pieces(const struct image *image, const struct program_code *code)
{
	static struct piece_report report;

	report.image = image;
	report.code = code;
	open_lists(&report);
	for (size_t i = 0; i < code->piece_count; i++) {
		const struct piece *piece = &code->pieces[i];

		report.piece = piece;
		report.undecoded = 0;
		printf("{\"type\":\"function\",\"start\":%" PRIu64 ",\"size\":%" PRIu64, piece->start, piece->end - piece->start);
		follow_piece(image, code, piece, report_instruction, &report);
		report_fall_through(&report);
		print_lists(&report);
		if (report.undecoded > 0)
			printf(",\"undecoded\":%u", report.undecoded);
		printf("}\n");
	}
	close_lists(&report);
}

void report_end(const struct program_code *code)
{
	printf("{\"type\":\"end\",\"instructions\":%zu}\n", code->instruction_count);
}
