/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Executables: what a process runs, whether it is considered, and all that is recorded of it. */
#ifndef LOUPE_EXECUTABLE_H
#define LOUPE_EXECUTABLE_H

#include "arch.h"
#include "syscalls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call_record;
struct argument_record;
struct path_record;

/* A growing list of (key, count) pairs; there are few keys. */
struct tally {
	struct { int64_t key; uint64_t count; } *items;
	size_t count;
};
void tally_add(struct tally *tally, int64_t key);

/* A set of strings. */
struct string_set {
	char **items;
	size_t count;
};
void string_set_add(struct string_set *set, const char *text);

struct executable {
	size_t id;                      /* position in the table below */
	char *path;
	char *script;                   /* NULL: none */
	bool considered;
	bool readable;                  /* false: the tracer could not find out the path */
	enum abi abi;
	uint64_t execs, processes;
	uint64_t execs_outside;         /* those that were in no test script, where they are recorded */
	struct tally exits, signals;    /* keys: exit codes, signal numbers */
	uint64_t peak_resident_kib, peak_descriptors;
	struct string_set maps;
	bool seen[CALL_SLOTS];          /* native calls that were recorded */
	struct call_record *calls[ABI_COUNT][CALL_SLOTS];
	struct call_record *odd_calls;  /* numbers beyond the slots */
	struct argument_record *arguments;
	struct path_record *paths;
};

struct patterns {
	char **items;
	size_t count;
};
void patterns_add(struct patterns *patterns, const char *pattern);
bool patterns_match(const struct patterns *patterns, const char *path);

/* What a process that has just executed a program runs; a new entry, or the one of an earlier process. */
struct executable *executable_identify(pid_t tid, const struct patterns *considered, bool consider_all);
/*
 * A text without "#!" is nothing that the kernel executes (ENOEXEC), so that a shell runs it. Whether the file is one, and a literal
 * pattern names it.
 */
bool executable_is_text(const char *path);
bool patterns_name_text(const struct patterns *patterns);
/* The entry of a considered text that the task's program has gone on to run by itself. */
struct executable *executable_of_text(pid_t tid, const char *path);
/* Whether one of the names under which the task's program was executed matches. */
bool executable_matches(pid_t tid, const struct patterns *patterns);

size_t executable_count(void);
struct executable *executable_at(size_t id);

#endif
