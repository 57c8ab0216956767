/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "test_script.h"
#include "output.h"
#include "proc.h"
#include "program_start.h"
#include "util.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SCRIPTS 4096 /* some ten kilobytes each */
static const char RESULT_OPTION[] = "--trs-file";

struct test_script {
	pid_t driver;
	struct test_script *outer;      /* NULL: none; a script may run a suite of its own */
	char *directory;
	struct words arguments, environment;
	struct descriptor_copies copies;
	double started, ended;          /* 0: it has not ended */
	bool considered;                /* a considered program was executed in it */
	bool outlived;                  /* by a process of one */
};

static struct test_script **table;
static size_t count;

static bool is_driver(const struct words *arguments)
{
	size_t length = strlen(RESULT_OPTION);
	for (size_t i = 1; i < arguments->count; i++)
		if (starts_with(arguments->items[i], RESULT_OPTION) && (arguments->items[i][length] == '=' || arguments->items[i][length] == '\0'))
			return true;
	return false;
}

static struct test_script *add(pid_t tid, pid_t tgid, const struct words *arguments)
{
	static bool warned;
	char directory[PATH_MAX];
	if (count == MAX_SCRIPTS && !warned) {
		warned = true;
		report_warning("script-overflow", tid, "more than %d test scripts; the rest is not recorded", MAX_SCRIPTS);
	}
	if (count == MAX_SCRIPTS || !proc_base_directory(tid, AT_FDCWD, directory))
		return NULL;
	struct test_script *script = allocate(sizeof *script);
	script->driver = tgid;
	script->directory = copy_string(directory);
	script->arguments = *arguments;
	script->environment = words_read(tid, "environ");
	script->copies = descriptor_copies_read(tid);
	script->started = now();
	table = reallocate(table, count + 1, sizeof(struct test_script *));
	table[count++] = script;
	return script;
}

struct test_script *test_script_after_exec(pid_t tid, pid_t tgid, struct test_script *current)
{
	/* env(1), say, which executes the driver in the same process. */
	if (current && current->driver == tgid)
		return current;
	struct words arguments = words_read(tid, "cmdline");
	struct test_script *script = is_driver(&arguments) ? add(tid, tgid, &arguments) : NULL;
	if (!script) {
		words_free(&arguments);
		return current;
	}
	script->outer = current;
	return script;
}

void test_script_consider(struct test_script *script)
{
	for (; script; script = script->outer)
		script->considered = true;
}

void test_script_process_ended(struct test_script *script, pid_t tgid, bool considered)
{
	if (!script)
		return;
	if (script->driver == tgid) {
		script->ended = now();
		script->driver = 0; /* the number may be another process's soon */
	} else if (script->ended > 0 && considered) {
		script->outlived = true;
	}
}

static void report_words(const char *key, const struct words *words)
{
	line_open(key, '[');
	for (size_t i = 0; i < words->count; i++)
		line_element_string(words->items[i]);
	line_close(']');
}

void test_scripts_report(double started)
{
	for (size_t i = 0; i < count; i++) {
		const struct test_script *script = table[i];
		line_begin("script");
		line_string("directory", script->directory);
		report_words("arguments", &script->arguments);
		report_words("environment", &script->environment);
		line_open("copies", '{');
		for (size_t j = 0; j < script->copies.count; j++) {
			char key[24];
			snprintf(key, sizeof key, "%d", script->copies.items[j].descriptor);
			line_integer(key, script->copies.items[j].of);
		}
		line_close('}');
		line_seconds("started", script->started - started);
		if (script->ended > 0)
			line_seconds("ended", script->ended - started);
		line_boolean("considered", script->considered);
		line_boolean("outlived", script->outlived);
		line_end();
	}
}
