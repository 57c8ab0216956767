/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "output.h"
#include "tracer.h"
#include "util.h"
#include "version.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>

void report_tracer(const struct tracer *tracer)
{
	struct utsname name;
	uname(&name);
	line_begin("tracer");
	line_integer("protocol", 1);
	line_string("version", LOUPE_VERSION);
	line_string("architecture", arch_name);
	line_string("kernel", name.release);
	line_boolean("suspend", tracer->capabilities.suspend);
	line_boolean("bpf", tracer->capabilities.bpf);
	line_boolean("sandbox", tracer->options->sandboxed);
	line_end();
	output_flush();
}

void report_process(const struct tracer *tracer, const char *type, const struct process *process, const char *key, int value)
{
	const struct interposed_call *last = &process->last_interposed;
	double time = now();
	line_begin(type);
	line_integer("pid", process->tgid);
	line_unsigned("executable", process->executable->id);
	line_string("path", process->executable->path);
	if (key)
		line_integer(key, value);
	line_seconds("seconds", time - tracer->started);
	if (last->known) {
		line_open("lastInterposed", '{');
		line_string("abi", arch_abi_name(last->abi));
		line_integer("nr", (int64_t)last->number);
		line_unsigned("rule", last->rule);
		line_seconds("secondsBefore", time - last->time);
		line_close('}');
	}
	line_end();
	output_flush();
}

static void report_tally(const char *key, const struct tally *tally)
{
	line_open(key, '{');
	for (size_t i = 0; i < tally->count; i++) {
		char name[24];
		snprintf(name, sizeof name, "%d", (int)tally->items[i].key);
		line_unsigned(name, tally->items[i].count);
	}
	line_close('}');
}

static void report_executable(const struct executable *executable, const struct options *options)
{
	line_begin("executable");
	line_unsigned("id", executable->id);
	line_string("path", executable->path);
	if (executable->script)
		line_string("script", executable->script);
	line_boolean("considered", executable->considered);
	line_string("abi", arch_abi_name(executable->abi));
	line_unsigned("execs", executable->execs);
	line_unsigned("processes", executable->processes);
	if (options->record_scripts)
		line_unsigned("execsOutsideScripts", executable->execs_outside);
	if (executable->considered) {
		report_tally("exits", &executable->exits);
		report_tally("signals", &executable->signals);
		line_unsigned("peakResidentKiB", executable->peak_resident_kib);
		line_unsigned("peakDescriptors", executable->peak_descriptors);
	}
	if (options->record_maps) {
		line_open("maps", '[');
		for (size_t i = 0; i < executable->maps.count; i++)
			line_element_string(executable->maps.items[i]);
		line_close(']');
	}
	line_end();
}

/* Of everything that has ended and was waited for, which all of a tree is when its command has been. */
static double children_cpu_seconds(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_CHILDREN, &usage) != 0)
		return 0;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void report_end(const struct tracer *tracer)
{
	static const char *const names[] = { "exited", "signaled", "terminated", "time-limit", "process-limit", "memory-limit", "death", "exit" };
	int status = tracer->root_status;
	enum end_reason reason = tracer->reason;
	if (reason == END_EXITED && WIFSIGNALED(status))
		reason = END_SIGNALED;
	line_begin("end");
	line_string("reason", names[reason]);
	if (WIFEXITED(status))
		line_integer("exitCode", WEXITSTATUS(status));
	else
		line_null("exitCode");
	if (WIFSIGNALED(status))
		line_integer("signal", WTERMSIG(status));
	else
		line_null("signal");
	line_seconds("seconds", tracer->root_ended_at - tracer->started);
	line_seconds("cpuSeconds", children_cpu_seconds());
	line_unsigned("leftOver", tracer->left_over);
	line_end();
}

static void report_rules(const struct tracer *tracer)
{
	for (size_t i = 0; i < tracer->options->rules.count; i++) {
		const struct rule_use *use = &tracer->uses[i];
		if (use->interposed == 0)
			continue;
		line_begin("rule");
		line_unsigned("rule", i);
		line_unsigned("interposed", use->interposed);
		line_seconds("first", use->first - tracer->started);
		line_end();
	}
}

void report_everything(const struct tracer *tracer)
{
	for (size_t i = 0; i < executable_count(); i++) {
		const struct executable *executable = executable_at(i);
		report_executable(executable, tracer->options);
		observation_report(executable, options_want_results(tracer->options));
	}
	test_scripts_report(tracer->started);
	report_rules(tracer);
	report_end(tracer);
	output_flush();
}

void report_failure(const char *reason, const char *message, int error)
{
	line_begin("end");
	line_string("reason", reason);
	line_null("exitCode");
	line_null("signal");
	line_seconds("seconds", 0);
	if (error)
		line_integer("errno", error);
	line_string("message", message);
	line_end();
	output_flush();
	fprintf(stderr, "loupe-tracer: %s\n", message);
}
