/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "observation.h"
#include "output.h"
#include "util.h"

#include <stdio.h>
#include <string.h>

/* Distinct values of arguments per executable; past it they are counted together. */
#define MAX_ARGUMENT_RECORDS 4096
#define MAX_PATH_RECORDS 65536
/* The kernel's own marks for "restart this call after the signal" (include/linux/errno.h); no program ever sees them. */
#define FIRST_RESTART 512
#define LAST_RESTART 516
#define MAX_ERRNO 4095

void argument_choices_add(struct argument_choices *choices, const char *text)
{
	struct argument_choice choice = { .arguments = { -1, -1 } };
	const char *rest;
	uint64_t index;
	if (!parse_syscall(text, &rest, &choice.number))
		die("--record-argument '%s': unknown system call '%.*s'", text, (int)strcspn(text, ":"), text);
	for (int i = 0; i < 2 && *rest == (i == 0 ? ':' : '+'); i++) {
		if (!parse_number(rest + 1, &rest, &index) || index >= CALL_ARGUMENTS)
			die("--record-argument '%s': an argument is a number from 0 to 5", text);
		choice.arguments[i] = (int)index;
	}
	if (*rest || choice.arguments[0] < 0)
		die("--record-argument '%s': expected CALL:ARG or CALL:ARG+ARG", text);
	choices->items = reallocate(choices->items, choices->count + 1, sizeof *choices->items);
	choices->items[choices->count++] = choice;
}

bool argument_choices_mention(const struct argument_choices *choices, uint64_t number)
{
	for (size_t i = 0; i < choices->count; i++)
		if (choices->items[i].number == number)
			return true;
	return false;
}

static struct call_record *new_call(uint64_t number)
{
	struct call_record *record = allocate(sizeof *record);
	record->number = number;
	return record;
}

/* Numbers that are no calls at all (-1, garbage) and those of ABI_OTHER, which have a bit set. */
static struct call_record *odd_call(struct executable *executable, uint64_t number)
{
	for (struct call_record *record = executable->odd_calls; record; record = record->next)
		if (record->number == number)
			return record;
	struct call_record *record = new_call(number);
	record->next = executable->odd_calls;
	executable->odd_calls = record;
	return record;
}

struct call_record *observe_call(struct executable *executable, enum abi abi, uint64_t number)
{
	uint64_t slot = abi == ABI_OTHER ? number & ~(uint64_t)arch_other_abi_bit : number;
	struct call_record *record;
	if (slot >= CALL_SLOTS) {
		record = odd_call(executable, number);
	} else {
		struct call_record **place = &executable->calls[abi][slot];
		if (!*place)
			*place = new_call(slot);
		record = *place;
		if (abi == ABI_NATIVE)
			executable->seen[slot] = true;
	}
	record->calls++;
	return record;
}

static void observe_values(struct executable *executable, const struct argument_choice *choice, const uint32_t values[2])
{
	size_t records = 0;
	for (struct argument_record *record = executable->arguments; record; record = record->next, records++) {
		if (record->number == choice->number && record->values[0] == values[0] && record->values[1] == values[1] &&
		    memcmp(record->arguments, choice->arguments, sizeof record->arguments) == 0) {
			record->calls++;
			return;
		}
	}
	if (records == MAX_ARGUMENT_RECORDS) {
		report_warning("argument-overflow", 0, "%s: more than %d different argument values; the rest is not recorded",
			       executable->path, MAX_ARGUMENT_RECORDS);
	}
	if (records >= MAX_ARGUMENT_RECORDS)
		return;
	struct argument_record *record = allocate(sizeof *record);
	record->abi = ABI_NATIVE;
	record->number = choice->number;
	memcpy(record->arguments, choice->arguments, sizeof record->arguments);
	memcpy(record->values, values, sizeof record->values);
	record->calls = 1;
	record->next = executable->arguments;
	executable->arguments = record;
}

void observe_arguments(struct executable *executable, const struct argument_choices *choices, uint64_t number,
		       const uint64_t arguments[CALL_ARGUMENTS])
{
	for (size_t i = 0; i < choices->count; i++) {
		const struct argument_choice *choice = &choices->items[i];
		if (choice->number != number)
			continue;
		uint32_t values[2] = { 0 };
		for (int j = 0; j < 2 && choice->arguments[j] >= 0; j++)
			values[j] = (uint32_t)arguments[choice->arguments[j]];
		observe_values(executable, choice, values);
	}
}

struct path_record *observe_path(struct executable *executable, enum abi abi, uint64_t number, const char *path)
{
	size_t records = 0;
	struct path_record *record = executable->paths;
	for (; record; record = record->next, records++) {
		if (record->number == number && record->abi == abi && strcmp(record->path, path) == 0) {
			record->calls++;
			return record;
		}
	}
	if (records == MAX_PATH_RECORDS) {
		report_warning("path-overflow", 0, "%s: more than %d different paths; the rest is not recorded", executable->path,
			       MAX_PATH_RECORDS);
		return NULL;
	}
	record = allocate(sizeof *record);
	record->abi = abi;
	record->number = number;
	record->path = copy_string(path);
	record->calls = 1;
	record->next = executable->paths;
	executable->paths = record;
	return record;
}

void observe_result(struct results *results, int64_t result)
{
	if (result == 0)
		results->zero++;
	else if (result >= -MAX_ERRNO && result < 0) {
		if (-result < FIRST_RESTART || -result > LAST_RESTART)
			tally_add(&results->errors, -result);
	} else {
		results->positive++;
	}
}

static void report_results(const struct results *results)
{
	line_unsigned("zero", results->zero);
	line_unsigned("positive", results->positive);
	line_open("errors", '{');
	for (size_t i = 0; i < results->errors.count; i++) {
		char key[24];
		snprintf(key, sizeof key, "%d", (int)results->errors.items[i].key);
		line_unsigned(key, results->errors.items[i].count);
	}
	line_close('}');
}

static void begin_line(const char *type, const struct executable *executable, enum abi abi, uint64_t number)
{
	line_begin(type);
	line_unsigned("executable", executable->id);
	line_string("abi", arch_abi_name(abi));
	line_integer("nr", (int64_t)number);
	const char *name = abi == ABI_NATIVE ? syscall_name(number) : NULL;
	if (name)
		line_string("name", name);
}

static void report_call(const struct executable *executable, enum abi abi, const struct call_record *record, bool with_results)
{
	begin_line("call", executable, abi, record->number);
	line_unsigned("calls", record->calls);
	line_unsigned("interposed", record->interposed);
	if (with_results)
		report_results(&record->results);
	line_end();
}

void observation_report(const struct executable *executable, bool with_results)
{
	for (int abi = 0; abi < ABI_COUNT; abi++)
		for (size_t number = 0; number < CALL_SLOTS; number++)
			if (executable->calls[abi][number])
				report_call(executable, (enum abi)abi, executable->calls[abi][number], with_results);
	for (const struct call_record *record = executable->odd_calls; record; record = record->next)
		report_call(executable, arch_abi(arch_audit, record->number), record, with_results);
	for (const struct argument_record *record = executable->arguments; record; record = record->next) {
		int recorded = record->arguments[1] < 0 ? 1 : 2;
		begin_line("argument", executable, record->abi, record->number);
		line_open("arguments", '[');
		for (int i = 0; i < recorded; i++)
			line_element_unsigned((uint64_t)record->arguments[i]);
		line_close(']');
		line_open("values", '[');
		for (int i = 0; i < recorded; i++)
			line_element_unsigned(record->values[i]);
		line_close(']');
		line_unsigned("calls", record->calls);
		line_end();
	}
	for (const struct path_record *record = executable->paths; record; record = record->next) {
		begin_line("path", executable, record->abi, record->number);
		line_string("path", record->path);
		line_unsigned("calls", record->calls);
		if (with_results)
			report_results(&record->results);
		line_end();
	}
}
