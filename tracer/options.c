/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "options.h"
#include "util.h"
#include "version.h"

#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"Usage: loupe-tracer --output FILE [OPTION]... -- COMMAND [ARGUMENT]...\n"
	"Runs COMMAND, records and interposes the system calls of considered executables in all that it starts.\n"
	"\n"
	"  --output FILE            write the report here (JSON lines)\n"
	"  --consider PATTERN       consider executables by absolute path or glob; repeatable\n"
	"  --consider-all           consider every executable\n"
	"  --discover MODE          record calls: none (default), numbers, counts, step, ebpf\n"
	"  --record-argument CALL:ARG[+ARG]\n"
	"                           count the values of one or two arguments; repeatable\n"
	"  --record-paths           record paths under /proc, /sys and /dev\n"
	"  --record-maps            record the files that are mapped when a process ends\n"
	"  --record-scripts         record the test scripts of Automake's parallel harness\n"
	"  --rule RULE              stub:CALL, fake:CALL, fake=VALUE:CALL or errno=NUMBER:CALL, with tests like\n"
	"                           ',arg1=0x5421' or ',arg2&0x40=0x40'; path=PATH in place of CALL; repeatable\n"
	"  --record-interposed      stop at each interposed call (slow), to count it\n"
	"  --detach PATTERN         do not trace this debugger, nor what it runs; repeatable\n"
	"  --end-on-death           end everything when a considered process is killed by a signal\n"
	"  --end-on-exit STATUS[,STATUS]...\n"
	"                           end everything when one exits with another status than these\n"
	"  --time-limit SECONDS     end everything after this time\n"
	"  --grace SECONDS          from SIGTERM to SIGKILL (default 2)\n"
	"  --linger SECONDS         how long descendants may outlive COMMAND (default 1)\n"
	"  --sandbox                run in namespaces of its own: private /tmp, loopback only, no process is left\n"
	"  --overlay DIRECTORY      in the sandbox: changes below DIRECTORY are thrown away; repeatable\n"
	"  --keep PATH              in the sandbox: PATH below /tmp stays visible and writable; repeatable\n"
	"  --hold SECONDS           how long the sandbox stays for commands that joined, once COMMAND has succeeded\n"
	"  --join PID               run in the sandbox that holds this process\n"
	"  --process-limit NUMBER   end everything when more tasks are alive\n"
	"  --memory-limit KIB       end everything when the processes use more memory together\n"
	"  --probe                  only say what this machine can do\n"
	"  --help, --version\n";

enum option_id {
	OPTION_OUTPUT = 256, OPTION_CONSIDER, OPTION_CONSIDER_ALL, OPTION_DISCOVER, OPTION_RECORD_ARGUMENT, OPTION_RECORD_PATHS,
	OPTION_RECORD_MAPS, OPTION_RECORD_SCRIPTS, OPTION_RULE, OPTION_RECORD_INTERPOSED, OPTION_DETACH, OPTION_TIME_LIMIT, OPTION_GRACE, OPTION_LINGER, OPTION_SANDBOX, OPTION_OVERLAY,
	OPTION_KEEP, OPTION_HOLD, OPTION_JOIN, OPTION_PROCESS_LIMIT, OPTION_MEMORY_LIMIT, OPTION_END_ON_DEATH, OPTION_END_ON_EXIT,
	OPTION_PROBE, OPTION_HELP, OPTION_VERSION,
};

static const struct option long_options[] = {
	{ "output", required_argument, NULL, OPTION_OUTPUT },
	{ "consider", required_argument, NULL, OPTION_CONSIDER },
	{ "consider-all", no_argument, NULL, OPTION_CONSIDER_ALL },
	{ "discover", required_argument, NULL, OPTION_DISCOVER },
	{ "record-argument", required_argument, NULL, OPTION_RECORD_ARGUMENT },
	{ "record-paths", no_argument, NULL, OPTION_RECORD_PATHS },
	{ "record-maps", no_argument, NULL, OPTION_RECORD_MAPS },
	{ "record-scripts", no_argument, NULL, OPTION_RECORD_SCRIPTS },
	{ "rule", required_argument, NULL, OPTION_RULE },
	{ "record-interposed", no_argument, NULL, OPTION_RECORD_INTERPOSED },
	{ "detach", required_argument, NULL, OPTION_DETACH },
	{ "end-on-death", no_argument, NULL, OPTION_END_ON_DEATH },
	{ "end-on-exit", required_argument, NULL, OPTION_END_ON_EXIT },
	{ "time-limit", required_argument, NULL, OPTION_TIME_LIMIT },
	{ "grace", required_argument, NULL, OPTION_GRACE },
	{ "linger", required_argument, NULL, OPTION_LINGER },
	{ "sandbox", no_argument, NULL, OPTION_SANDBOX },
	{ "overlay", required_argument, NULL, OPTION_OVERLAY },
	{ "keep", required_argument, NULL, OPTION_KEEP },
	{ "hold", required_argument, NULL, OPTION_HOLD },
	{ "join", required_argument, NULL, OPTION_JOIN },
	{ "process-limit", required_argument, NULL, OPTION_PROCESS_LIMIT },
	{ "memory-limit", required_argument, NULL, OPTION_MEMORY_LIMIT },
	{ "probe", no_argument, NULL, OPTION_PROBE },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

static enum discovery parse_discovery(const char *text)
{
	static const char *const names[] = { "none", "numbers", "counts", "step", "ebpf" };
	for (int i = 0; i <= DISCOVER_EBPF; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum discovery)i;
	die("--discover '%s': expected none, numbers, counts, step or ebpf", text);
}

static double parse_seconds(const char *option, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);
	if (end == text || *end || !isfinite(seconds) || seconds < 0)
		die("%s '%s': expected a number of seconds", option, text);
	return seconds;
}

static uint64_t parse_count(const char *option, const char *text)
{
	const char *end;
	uint64_t count;
	if (!parse_number(text, &end, &count) || *end || count == 0)
		die("%s '%s': expected a positive number", option, text);
	return count;
}

static void parse_statuses(struct options *options, const char *text)
{
	const char *rest = text;
	uint64_t status;
	options->end_on_exit = true;
	do {
		if (!parse_number(rest, &rest, &status) || (*rest && *rest != ',') || status >= EXIT_STATUSES)
			die("--end-on-exit '%s': expected exit statuses from 0 to 255 with commas between them", text);
		options->expected_exits[status] = true;
	} while (*rest++ == ',');
}

static pid_t parse_process(const char *option, const char *text)
{
	uint64_t process = parse_count(option, text);
	if (process > INT_MAX)
		die("%s '%s': no process has this number", option, text);
	return (pid_t)process;
}

static const char *check_absolute(const char *option, const char *text)
{
	if (text[0] != '/')
		die("%s '%s': expected an absolute path", option, text);
	return text;
}

static void check_pattern(const char *option, const char *text)
{
	if (text[0] != '/' && text[0] != '*')
		die("%s '%s': expected an absolute path, or a glob that begins with / or *", option, text);
}

static void take_option(struct options *options, int id, const char *value)
{
	switch (id) {
	case OPTION_OUTPUT: options->output = value; break;
	case OPTION_CONSIDER: check_pattern("--consider", value); patterns_add(&options->considered, value); break;
	case OPTION_CONSIDER_ALL: options->consider_all = true; break;
	case OPTION_DISCOVER: options->discovery = parse_discovery(value); break;
	case OPTION_RECORD_ARGUMENT: argument_choices_add(&options->arguments, value); break;
	case OPTION_RECORD_PATHS: options->record_paths = true; break;
	case OPTION_RECORD_MAPS: options->record_maps = true; break;
	case OPTION_RECORD_SCRIPTS: options->record_scripts = true; break;
	case OPTION_RULE: rules_add(&options->rules, value); break;
	case OPTION_RECORD_INTERPOSED: options->record_interposed = true; break;
	case OPTION_DETACH: check_pattern("--detach", value); patterns_add(&options->debuggers, value); break;
	case OPTION_END_ON_DEATH: options->end_on_death = true; break;
	case OPTION_END_ON_EXIT: parse_statuses(options, value); break;
	case OPTION_TIME_LIMIT: options->time_limit = parse_seconds("--time-limit", value); break;
	case OPTION_GRACE: options->grace = parse_seconds("--grace", value); break;
	case OPTION_LINGER: options->linger = parse_seconds("--linger", value); break;
	case OPTION_SANDBOX: options->sandboxed = true; break;
	case OPTION_OVERLAY: path_list_add(&options->sandbox.overlays, check_absolute("--overlay", value)); break;
	case OPTION_KEEP: path_list_add(&options->sandbox.kept, check_absolute("--keep", value)); break;
	case OPTION_HOLD: options->hold = parse_seconds("--hold", value); break;
	case OPTION_JOIN: options->joined = parse_process("--join", value); break;
	case OPTION_PROCESS_LIMIT: options->process_limit = parse_count("--process-limit", value); break;
	case OPTION_MEMORY_LIMIT: options->memory_limit = parse_count("--memory-limit", value); break;
	case OPTION_PROBE: options->probe_only = true; break;
	case OPTION_HELP: fputs(usage, stdout); exit(0);
	case OPTION_VERSION: puts("loupe-tracer " LOUPE_VERSION); exit(0);
	default: break;
	}
}

/* getopt_long's own messages name the program by its path. */
static _Noreturn void refuse_option(int id, char **argv)
{
	if (id == ':')
		die("option '%s' needs a value (see --help)", argv[optind - 1]);
	die("unknown option '%s' (see --help)", argv[optind - 1]);
}

static void check_combination(const struct options *options)
{
	enum discovery discovery = options->discovery;
	bool details = options->arguments.count > 0 || options->record_paths;
	if (discovery == DISCOVER_EBPF && options->rules.count > 0)
		die("--discover ebpf does not see calls that are interposed; use counts or numbers with --rule");
	if (!options->sandboxed && (options->sandbox.overlays.count > 0 || options->sandbox.kept.count > 0))
		die("--overlay and --keep need --sandbox");
	if (!options->sandboxed && options->hold > 0)
		die("--hold needs --sandbox");
	if (options->sandboxed && options->joined)
		die("--join enters the sandbox of another run; it cannot be used with --sandbox");
	if (details && (discovery == DISCOVER_NONE || discovery == DISCOVER_EBPF))
		die("--record-argument and --record-paths need --discover numbers, counts or step");
}

void options_parse(struct options *options, int argc, char **argv)
{
	int id;
	*options = (struct options){ .grace = 2, .linger = 1 };
	opterr = 0;
	while ((id = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		if (id == '?' || id == ':')
			refuse_option(id, argv);
		take_option(options, id, optarg);
	}
	options->command = argv + optind;
	if (!options->output)
		die("--output is missing (see --help)");
	if (!options->probe_only && !options->command[0])
		die("no command to run (see --help)");
	check_combination(options);
}

bool options_want_results(const struct options *options)
{
	return options->discovery == DISCOVER_COUNTS || options->discovery == DISCOVER_STEP;
}
