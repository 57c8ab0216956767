/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording: the calls of considered executables, their results, arguments and paths. */
#ifndef LOUPE_OBSERVATION_H
#define LOUPE_OBSERVATION_H

#include "executable.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct results {
	uint64_t zero, positive;
	struct tally errors;            /* keys: errno */
};

struct call_record {
	uint64_t number;
	uint64_t calls, interposed;
	struct results results;
	struct call_record *next;       /* among the odd ones */
};

struct argument_record {
	enum abi abi;
	uint64_t number;
	int arguments[2];               /* the second is -1 when only one is recorded */
	uint32_t values[2];
	uint64_t calls;
	struct argument_record *next;
};

struct path_record {
	enum abi abi;
	uint64_t number;
	char *path;
	uint64_t calls;
	struct results results;
	struct path_record *next;
};

/* Calls whose argument values are recorded. */
struct argument_choice {
	uint32_t number;
	int arguments[2];
};

struct argument_choices {
	struct argument_choice *items;
	size_t count;
};

/* CALL:ARG[+ARG]; dies with the reason when the text is malformed. */
void argument_choices_add(struct argument_choices *choices, const char *text);
bool argument_choices_mention(const struct argument_choices *choices, uint64_t number);

struct call_record *observe_call(struct executable *executable, enum abi abi, uint64_t number);
void observe_arguments(struct executable *executable, const struct argument_choices *choices, uint64_t number,
		       const uint64_t arguments[CALL_ARGUMENTS]);
struct path_record *observe_path(struct executable *executable, enum abi abi, uint64_t number, const char *path);
/* A call's result as the kernel returns it: -4095 to -1 are errors. */
void observe_result(struct results *results, int64_t result);

/* The lines call, argument and path of one executable. */
void observation_report(const struct executable *executable, bool with_results);

#endif
