/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to one call: it is recorded, let through or interposed. */
#define _GNU_SOURCE
#include "memory.h"
#include "output.h"
#include "paths.h"
#include "proc.h"
#include "tracer.h"
#include "util.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/prctl.h>

struct call {
	enum abi abi;
	uint64_t number;
	uint64_t arguments[CALL_ARGUMENTS];
};

static struct call read_call(const struct syscall_stop *stop)
{
	struct call call;
	bool seccomp = stop->op == PTRACE_SYSCALL_INFO_SECCOMP;
	call.number = seccomp ? stop->seccomp.nr : stop->entry.nr;
	memcpy(call.arguments, seccomp ? stop->seccomp.args : stop->entry.args, sizeof call.arguments);
	call.abi = arch_abi(stop->arch, call.number);
	return call;
}

/* A child made with CLONE_UNTRACED would run on without us, under filters that need us. */
static void keep_child(const struct task *task, const struct call *call)
{
	if (call->number == __NR_clone && (call->arguments[0] & CLONE_UNTRACED)) {
		struct arch_registers registers;
		if (arch_read_registers(task->tid, &registers)) {
			arch_set_argument(&registers, 0, call->arguments[0] & ~(uint64_t)CLONE_UNTRACED);
			arch_write_registers(task->tid, &registers);
		}
	} else if (call->number == __NR_clone3) {
		uint64_t flags; /* the first member of struct clone_args */
		if (memory_read(task->tid, call->arguments[0], &flags, sizeof flags) && (flags & CLONE_UNTRACED)) {
			flags &= ~(uint64_t)CLONE_UNTRACED;
			if (!memory_write(task->tid, call->arguments[0], &flags, sizeof flags))
				report_error("untraced", task->tid, "a child that asks not to be traced (CLONE_UNTRACED in read-only memory) escapes");
		}
	}
}

static bool installs_filter(const struct call *call)
{
	return (call->number == __NR_seccomp && call->arguments[0] != SECCOMP_GET_ACTION_AVAIL) ||
	       (call->number == __NR_prctl && call->arguments[0] == PR_SET_SECCOMP);
}

/* The kernel goes from no filters to strict mode only (seccomp(2)), so that ours stands in the way. */
static bool asks_for_strict_mode(const struct call *call)
{
	return (call->number == __NR_seccomp && call->arguments[0] == SECCOMP_SET_MODE_STRICT) ||
	       (call->number == __NR_prctl && call->arguments[0] == PR_SET_SECCOMP && call->arguments[1] == SECCOMP_MODE_STRICT);
}

static void redirect_path(struct task *task, const struct call *call)
{
	static const char target[] = "/dev/null";
	struct arch_registers registers;
	if (!arch_read_registers(task->tid, &registers))
		return;
	uint64_t address = arch_scratch_stack(&registers, sizeof target);
	int index = path_argument(call->number);
	if (!memory_write(task->tid, address, target, sizeof target)) {
		report_error("memory", task->tid, "no room on the stack for a replaced path");
		return;
	}
	task->pending.active = true;
	task->pending.restore_argument = index;
	task->pending.restore_value = call->arguments[index];
	arch_set_argument(&registers, index, address);
	arch_write_registers(task->tid, &registers);
}

static void interpose(const struct tracer *tracer, struct task *task, const struct call *call, const struct rule *rule)
{
	struct process *process = task->process;
	struct rule_use *use = &tracer->uses[rule - tracer->options->rules.items];
	if (use->interposed++ == 0)
		use->first = now();
	/* A process that gives up calls exit_group last: what made it give up was the call before. */
	if (!process->last_interposed.known || call->abi != ABI_NATIVE || call->number != SYS_exit_group)
		process->last_interposed = (struct interposed_call){
			.known = true,
			.abi = call->abi,
			.number = call->number,
			.rule = (size_t)(rule - tracer->options->rules.items),
			.time = now(),
		};
	if (rule->action == ACTION_PATH_REDIRECT) {
		redirect_path(task, call);
		return;
	}
	struct arch_registers registers;
	if (arch_read_registers(task->tid, &registers))
		arch_skip_call(task->tid, &registers, rule_result(rule, task->tid, call->number, call->arguments));
}

/* The slow path of an ignored program that carries our filters beside its own: ours must not answer. */
static void lift_filters(const struct tracer *tracer, struct task *task, const struct call *call)
{
	if (call->abi != ABI_NATIVE || !rules_mention(&tracer->options->rules, call->number))
		return;
	task->process->suspended = true;
	apply_trace_options(task);
	task->pending.active = true;
	task->pending.restore_suspension = true;
}

static bool records_calls(const struct tracer *tracer, const struct executable *executable)
{
	enum discovery discovery = tracer->options->discovery;
	return discovery != DISCOVER_NONE && (discovery != DISCOVER_EBPF || executable->abi != ABI_NATIVE);
}

/* bash reads a text without "#!" itself, with no exec that could be noticed: only its failed execve(2) tells. */
static void note_text(const struct tracer *tracer, struct task *task, const struct call *call)
{
	char name[PATH_MAX], base[PATH_MAX] = "", path[PATH_MAX], resolved[PATH_MAX];
	const struct patterns *considered = &tracer->options->considered;
	if (call->abi != ABI_NATIVE || call->number != __NR_execve ||
	    !memory_read_string(task->tid, call->arguments[0], name, sizeof name) ||
	    (name[0] != '/' && !proc_base_directory(task->tid, AT_FDCWD, base)) || !join_path(base, name, path) ||
	    !realpath(path, resolved) || !executable_is_text(resolved) ||
	    !(patterns_match(considered, path) || patterns_match(considered, resolved)))
		return;
	task->pending.active = true;
	task->pending.text = copy_string(path);
}

void handle_call(struct tracer *tracer, struct task *task, const struct syscall_stop *stop)
{
	const struct options *options = tracer->options;
	struct process *process = task->process;
	struct executable *executable = process->executable;
	struct call call = read_call(stop);
	bool native = call.abi == ABI_NATIVE;
	free(task->pending.text);
	task->pending = (struct pending_call){ .restore_argument = -1 };
	if (native)
		keep_child(task, &call);
	if (!executable || !executable->considered) {
		if (process->lift_filters)
			lift_filters(tracer, task, &call);
		if (process->watch_texts)
			note_text(tracer, task, &call);
		return;
	}

	char path[PATH_MAX];
	bool pseudo = native && (options->record_paths || options->rules.any_path) &&
		      pseudo_path(task->tid, process->tgid, call.number, call.arguments, path);
	const struct rule *rule = pseudo ? rules_match_path(&options->rules, path) : NULL;
	if (!rule && native)
		rule = rules_match_call(&options->rules, call.number, call.arguments);

	struct call_record *record = NULL;
	struct path_record *path_record = NULL;
	bool recorded = records_calls(tracer, executable);
	if (recorded || rule)
		record = observe_call(executable, call.abi, call.number);
	if (recorded && native)
		observe_arguments(executable, &options->arguments, call.number, call.arguments);
	if (pseudo && options->record_paths)
		path_record = observe_path(executable, call.abi, call.number, path);

	if (native && process->filters > 0 && !rule && asks_for_strict_mode(&call)) {
		report_warning("strict-seccomp", task->tid,
			       "%s asks for the strict mode of seccomp and does not get it (EINVAL), as it runs under a filter of the tracer's",
			       executable->path);
	} else if (recorded && native && installs_filter(&call) && !process->stepping) {
		report_warning("own-filter", task->tid, "%s installs a seccomp filter; from then on each of its calls is stopped (slow)",
			       executable->path);
		/* To stop other threads at once would be to interrupt their calls, which some of them see (EINTR, signal(7)). */
		if (call.number == __NR_seccomp && (call.arguments[1] & SECCOMP_FILTER_FLAG_TSYNC) && process->tasks > 1)
			report_warning("own-filter-threads", task->tid,
				       "%s installs it for all of its threads; what the filter answers to the others before they are next seen is not recorded",
				       executable->path);
		process->stepping = true;
	}
	if (rule) {
		record->interposed++;
		interpose(tracer, task, &call, rule);
	} else if (options_want_results(options)) {
		task->pending.active = true;
		task->pending.record = record;
		task->pending.path = path_record;
	}
}

void handle_foreign_trace(struct task *task)
{
	/* Without a tracer SECCOMP_RET_TRACE means ENOSYS (seccomp(2)), and that is what the program's own filter wants. */
	struct arch_registers registers;
	task->pending.active = false;
	if (arch_read_registers(task->tid, &registers))
		arch_skip_call(task->tid, &registers, -ENOSYS);
}

void handle_return(struct tracer *tracer, struct task *task, int64_t result)
{
	struct pending_call *pending = &task->pending;
	if (!pending->active)
		return;
	pending->active = false;
	if (pending->record)
		observe_result(&pending->record->results, result);
	if (pending->path)
		observe_result(&pending->path->results, result);
	if (pending->text && result == -ENOEXEC)
		handle_text(tracer, task, pending->text);
	free(pending->text);
	pending->text = NULL;
	struct arch_registers registers;
	if (pending->restore_argument >= 0 && arch_read_registers(task->tid, &registers)) {
		arch_restore_argument(&registers, pending->restore_argument, pending->restore_value);
		arch_write_registers(task->tid, &registers);
	}
	if (pending->restore_suspension) {
		task->process->suspended = false;
		apply_trace_options(task);
	}
}
