/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"

#include "flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Numbers of system calls are smaller; other constants say nothing here. */
enum { LARGEST_NUMBER = 1023 };

static void print_optional(const char *key, const char *text)
{
	if (text) {
		printf(",\"%s\":", key);
		print_json_string(text);
	}
}

void report_file(const struct image *image)
{
	printf("{\"type\":\"file\",\"protocol\":1,\"path\":");
	print_json_string(image->path);
	printf(",\"entry\":%" PRIu64, image->entry);
	print_optional("interpreter", image->interpreter);
	print_optional("soname", image->soname);
	print_optional("runpath", image->runpath);
	printf(",\"needed\":[");
	for (size_t i = 0; i < image->needed_count; i++) {
		if (i > 0)
			putchar(',');
		print_json_string(image->needed[i]);
	}
	printf("]}\n");
	for (size_t i = 0; i < image->export_count; i++) {
		printf("{\"type\":\"export\",\"name\":");
		print_json_string(image->exports[i].name);
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
		print_json_string(slot->symbol);
		printf("}\n");
	}
}

/* A list of a function's line, begun when it has its first item. */
struct list {
	const char *name;
	bool begun;
};

struct piece_report {
	const struct image *image;
	const struct program_code *code;
	const struct piece *piece;
	/* Which list this pass writes: the visitor goes over the piece once for each. */
	struct list *list;
};

static void begin_item(struct list *list)
{
	if (list->begun)
		putchar(',');
	else
		printf(",\"%s\":[", list->name);
	list->begun = true;
}

static void end_list(const struct list *list)
{
	if (list->begun)
		putchar(']');
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

static void print_value(const struct value *value)
{
	if (value->kind == ARGUMENT) {
		printf("%u", value->count);
		return;
	}
	putchar('[');
	for (unsigned i = 0; i < value->count; i++)
		printf("%s%" PRId32, i > 0 ? "," : "", value->constants[i]);
	putchar(']');
}

static void print_arguments(const struct instruction *in, const struct state *state)
{
	bool first = true;

	printf(",{");
	for (unsigned i = 0; i < ARGUMENTS; i++) {
		struct value value = outgoing_argument(state, i, in->flow == FLOW_CALL);

		if (!is_telling(&value))
			continue;
		printf("%s\"%u\":", first ? "" : ",", i);
		print_value(&value);
		first = false;
	}
	printf("}]");
}

static bool is_inside(const struct piece *piece, uint64_t address)
{
	return address >= piece->start && address < piece->end;
}

/* Where a jump or call goes, if that is outside of the piece or its beginning. */
static uint64_t find_target(const struct piece_report *report, const struct instruction *in)
{
	const struct slot *slot = in->through ? find_slot(report->image, in->through) : NULL;
	uint64_t target = in->target ? in->target : slot && !slot->symbol ? slot->address : 0;

	if (in->flow == FLOW_NEXT || in->flow == FLOW_END || !is_code(report->image, target))
		return 0;
	return in->flow != FLOW_CALL && is_inside(report->piece, target) ? 0 : target;
}

static void visit_calls(void *context, const struct instruction *in, const struct state *state)
{
	const struct piece_report *report = context;
	uint64_t target = find_target(report, in);

	if (!target)
		return;
	begin_item(report->list);
	printf("[%" PRIu64, target);
	print_arguments(in, state);
}

static void visit_imports(void *context, const struct instruction *in, const struct state *state)
{
	const struct piece_report *report = context;
	const struct slot *slot = in->through ? find_slot(report->image, in->through) : NULL;

	if (!slot || !slot->symbol)
		return;
	begin_item(report->list);
	putchar('[');
	print_json_string(slot->symbol);
	print_arguments(in, state);
}

static void visit_references(void *context, const struct instruction *in, const struct state *state)
{
	const struct piece_report *report = context;
	const struct slot *slot = in->loads ? find_slot(report->image, in->loads) : NULL;
	uint64_t named[] = { in->names, slot && !slot->symbol ? slot->address : 0 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		if (!named[i] || !is_code(report->image, named[i]) || is_inside(report->piece, named[i]))
			continue;
		begin_item(report->list);
		printf("%" PRIu64, named[i]);
	}
}

static void visit_import_references(void *context, const struct instruction *in, const struct state *state)
{
	const struct piece_report *report = context;
	const struct slot *slot = in->loads ? find_slot(report->image, in->loads) : NULL;

	(void)state;
	if (!slot || !slot->symbol)
		return;
	begin_item(report->list);
	print_json_string(slot->symbol);
}

static void visit_syscalls(void *context, const struct instruction *in, const struct state *state)
{
	const struct piece_report *report = context;
	const struct value *number = &state->registers[RAX];

	if (in->effect != EFFECT_SYSCALL && in->effect != EFFECT_SYSCALL_I386)
		return;
	begin_item(report->list);
	printf("[%" PRIu64 ",\"%s\",", in->address, in->effect == EFFECT_SYSCALL ? "native" : "i386");
	if (is_telling(number))
		print_value(number);
	else
		printf("null");
	putchar(']');
}

/* Code that no table describes may go on where the next piece begins. */
static void report_fall_through(const struct piece_report *report)
{
	const struct instruction *last;

	if (report->piece->count == 0)
		return;
	last = &report->code->instructions[report->piece->first + report->piece->count - 1];
	if (last->flow == FLOW_JUMP || last->flow == FLOW_END || !is_code(report->image, report->piece->end))
		return;
	begin_item(report->list);
	printf("[%" PRIu64 ",{}]", report->piece->end);
}

void report_pieces(const struct image *image, const struct program_code *code)
{
	static const struct {
		const char *name;
		state_visitor *visit;
	} passes[] = {
		{ "calls", visit_calls },
		{ "imports", visit_imports },
		{ "references", visit_references },
		{ "importReferences", visit_import_references },
		{ "syscalls", visit_syscalls },
	};

	for (size_t i = 0; i < code->piece_count; i++) {
		const struct piece *piece = &code->pieces[i];

		printf("{\"type\":\"function\",\"start\":%" PRIu64 ",\"size\":%" PRIu64, piece->start, piece->end - piece->start);
		for (size_t pass = 0; pass < sizeof(passes) / sizeof(*passes); pass++) {
			struct list list = { .name = passes[pass].name };
			struct piece_report report = { image, code, piece, &list };

			follow_piece(image, code, piece, passes[pass].visit, &report);
			if (pass == 0)
				report_fall_through(&report);
			end_list(&list);
		}
		printf("}\n");
	}
}

void report_end(const struct program_code *code)
{
	printf("{\"type\":\"end\",\"instructions\":%zu,\"undecoded\":%" PRIu64 "}\n", code->instruction_count, code->undecoded);
}
