/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "executable.h"
#include "output.h"
#include "proc.h"
#include "util.h"

#include <elf.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct executable **table;
static size_t count;

void tally_add(struct tally *tally, int64_t key)
{
	for (size_t i = 0; i < tally->count; i++) {
		if (tally->items[i].key == key) {
			tally->items[i].count++;
			return;
		}
	}
	tally->items = reallocate(tally->items, tally->count + 1, sizeof *tally->items);
	tally->items[tally->count].key = key;
	tally->items[tally->count].count = 1;
	tally->count++;
}

void string_set_add(struct string_set *set, const char *text)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->items[i], text) == 0)
			return;
	set->items = reallocate(set->items, set->count + 1, sizeof *set->items);
	set->items[set->count++] = copy_string(text);
}

void patterns_add(struct patterns *patterns, const char *pattern)
{
	patterns->items = reallocate(patterns->items, patterns->count + 1, sizeof *patterns->items);
	patterns->items[patterns->count++] = copy_string(pattern);
}

bool patterns_match(const struct patterns *patterns, const char *path)
{
	if (!path[0])
		return false;
	for (size_t i = 0; i < patterns->count; i++) {
		/* A literal path may hold characters that mean something in a glob. */
		if (strcmp(patterns->items[i], path) == 0 || fnmatch(patterns->items[i], path, 0) == 0)
			return true;
	}
	return false;
}

/* The names of what a process runs. */
struct identity {
	char path[PATH_MAX];            /* of the kernel's executable, without " (deleted)" */
	char executed[PATH_MAX];        /* given to exec, made absolute; empty: unknown */
	char resolved[PATH_MAX];        /* the same without symbolic links; empty: unknown */
	char text[PATH_MAX];            /* run by /bin/sh as it has no "#!", absolute; empty: none */
	bool script;                    /* `path` is only the interpreter of `resolved` */
};

/* _PATH_BSHELL of <paths.h>, by which execvp(3), dash and perl run a text without "#!": argv is then /bin/sh TEXT ARGUMENT... */
static const char SHELL[] = "/bin/sh";

static bool is_script(const char *path)
{
	char magic[2];
	return read_file_start(path, magic, sizeof magic) == sizeof magic && magic[0] == '#' && magic[1] == '!';
}

bool executable_is_text(const char *path)
{
	char magic[SELFMAG] = "";
	struct stat status;
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || !(status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return false;
	read_file_start(path, magic, sizeof magic);
	return memcmp(magic, ELFMAG, SELFMAG) != 0 && !is_script(path);
}

bool patterns_name_text(const struct patterns *patterns)
{
	static bool named;
	static double next;
	double begun = now();
	if (begun < next)
		return named;
	named = false;
	for (size_t i = 0; i < patterns->count && !named; i++)
		named = executable_is_text(patterns->items[i]);
	/* A suite may make one at any time, and may run bash all the time with hundreds of patterns: a twentieth of the time goes to looking. */
	double ended = now();
	next = ended + (ended - begun) * 20;
	return named;
}

static void identify_text(pid_t tid, struct identity *identity)
{
	char text[PATH_MAX], resolved[PATH_MAX];
	if (strcmp(identity->executed, SHELL) != 0 || !proc_operand_path(tid, SHELL, text) || !realpath(text, resolved) ||
	    !executable_is_text(resolved))
		return;
	strcpy(identity->text, text);
	strcpy(identity->resolved, resolved);
	identity->script = true;
}

static bool identify(pid_t tid, struct identity *identity)
{
	memset(identity, 0, sizeof *identity);
	if (!proc_executable(tid, identity->path))
		return false;
	if (!proc_executed_path(tid, identity->executed))
		return true;
	if (strcmp(identity->executed, identity->path) == 0) {
		strcpy(identity->resolved, identity->path);
	} else if (realpath(identity->executed, identity->resolved)) {
		identity->script = strcmp(identity->resolved, identity->path) != 0 && is_script(identity->resolved);
	} else {
		identity->resolved[0] = '\0';
	}
	identify_text(tid, identity);
	return true;
}

static bool matches(const struct identity *identity, const struct patterns *patterns)
{
	return patterns_match(patterns, identity->path) || patterns_match(patterns, identity->executed) ||
	       patterns_match(patterns, identity->resolved) || patterns_match(patterns, identity->text);
}

static struct executable *find_or_add(const char *path, const char *script, bool considered)
{
	for (size_t i = 0; i < count; i++) {
		struct executable *known = table[i];
		if (known->considered == considered && strcmp(known->path, path) == 0 &&
		    (script ? known->script && strcmp(known->script, script) == 0 : !known->script))
			return known;
	}
	struct executable *executable = allocate(sizeof *executable);
	executable->id = count;
	executable->path = copy_string(path);
	executable->script = script ? copy_string(script) : NULL;
	executable->considered = considered;
	executable->readable = true;
	table = reallocate(table, count + 1, sizeof(struct executable *));
	table[count++] = executable;
	return executable;
}

struct executable *executable_identify(pid_t tid, const struct patterns *considered, bool consider_all)
{
	struct identity identity;
	if (!identify(tid, &identity)) {
		int error = errno;
		struct executable *unknown = find_or_add("(unreadable)", NULL, false);
		/* ESRCH, ENOENT: it was killed meanwhile, and nothing is lost. */
		if (error != ESRCH && error != ENOENT)
			report_error("unreadable-executable", tid,
				     "process %d executes a program that the tracer may not identify (%s); %s", tid, strerror(error),
				     error == ENAMETOOLONG ? "its directory is too deep" : "make the program readable or run as root");
		unknown->readable = false;
		return unknown;
	}
	bool is_considered = consider_all || matches(&identity, considered);
	struct executable *executable = find_or_add(identity.path, identity.script ? identity.resolved : NULL, is_considered);
	executable->abi = proc_is_32_bit(tid) ? ABI_COMPAT : ABI_NATIVE;
	return executable;
}

struct executable *executable_of_text(pid_t tid, const char *path)
{
	char interpreter[PATH_MAX], resolved[PATH_MAX];
	if (!proc_executable(tid, interpreter) || !realpath(path, resolved))
		return NULL;
	struct executable *executable = find_or_add(interpreter, resolved, true);
	executable->abi = proc_is_32_bit(tid) ? ABI_COMPAT : ABI_NATIVE;
	return executable;
}

bool executable_matches(pid_t tid, const struct patterns *patterns)
{
	struct identity identity;
	return patterns->count > 0 && identify(tid, &identity) && matches(&identity, patterns);
}

size_t executable_count(void)
{
	return count;
}

struct executable *executable_at(size_t id)
{
	return table[id];
}
