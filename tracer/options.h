/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line (docs/tracer-protocol.md). */
#ifndef LOUPE_OPTIONS_H
#define LOUPE_OPTIONS_H

#include "executable.h"
#include "observation.h"
#include "rules.h"
#include "sandbox.h"

#include <stdbool.h>
#include <sys/types.h>

enum discovery { DISCOVER_NONE, DISCOVER_NUMBERS, DISCOVER_COUNTS, DISCOVER_STEP, DISCOVER_EBPF };

#define EXIT_STATUSES 256

struct options {
	const char *output;
	struct patterns considered, debuggers;
	bool consider_all;
	enum discovery discovery;
	struct argument_choices arguments;
	struct rules rules;
	bool record_paths, record_maps, record_interposed, record_scripts;
	bool end_on_death;              /* a considered process that dies of a signal ends the run */
	bool end_on_exit;               /* one that exits with another status than these does so, too */
	bool expected_exits[EXIT_STATUSES];
	double time_limit;              /* seconds; 0: none */
	double grace, linger;           /* seconds */
	uint64_t process_limit;         /* tasks alive at once; 0: none */
	uint64_t memory_limit;          /* KiB resident in all processes together; 0: none */
	bool sandboxed;
	struct sandbox sandbox;
	double hold;                    /* seconds: how long the sandbox outlives a command that succeeded, for those that joined */
	pid_t joined;                   /* a process whose sandbox is entered; 0: none */
	bool probe_only;
	char **command;
};

/* Exits after --help and --version, dies on misuse. */
void options_parse(struct options *options, int argc, char **argv);

/* Whether results of calls are recorded. */
bool options_want_results(const struct options *options);

#endif
