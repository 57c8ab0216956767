/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task executes a program: what is it, and which way is it to be observed and interposed? */
#define _GNU_SOURCE
#include "ebpf.h"
#include "filters.h"
#include "injection.h"
#include "output.h"
#include "proc.h"
#include "tracer.h"
#include "util.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define OVERFLOW_ID 65534 /* the default of kernel.overflowuid and kernel.overflowgid */

void apply_trace_options(struct task *task)
{
	const struct process *process = task->process;
	unsigned long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
				PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
	if (process && process->executable && process->executable->considered)
		options |= PTRACE_O_TRACEEXIT;
	if (process && process->suspended)
		options |= PTRACE_O_SUSPEND_SECCOMP;
	if (ptrace(PTRACE_SETOPTIONS, task->tid, NULL, options) != 0 && errno != ESRCH)
		report_error("ptrace", task->tid, "PTRACE_SETOPTIONS failed with errno %d", errno);
}

/* An exec by another thread than the first: that thread takes over the process's number, all others are gone (ptrace(2)). */
static struct task *surviving_task(struct task *leader)
{
	unsigned long former = 0;
	if (ptrace(PTRACE_GETEVENTMSG, leader->tid, NULL, &former) != 0 || (pid_t)former == leader->tid)
		return leader;
	struct task *thread = task_find((pid_t)former);
	if (!thread)
		return leader;
	pid_t tid = leader->tid;
	task_remove(leader);
	task_renumber(thread, tid);
	return thread;
}

/* Filters of the program's own, or of a sandbox that it was started in; a container's, around the tracer too, do not count. */
static bool has_foreign_filters(const struct tracer *tracer, const struct task *task)
{
	struct proc_status status;
	if (!proc_status_read(task->tid, &status))
		return false;
	if (status.seccomp_filters < 0)
		return status.seccomp_mode != 0 && task->process->filters == 0;
	return status.seccomp_filters > task->process->filters + tracer->capabilities.inherited_filters;
}

/* An ordinary user's program that is traced gets no privileges by exec, with filters (no_new_privs) or without (ptrace(2)). */
static void warn_of_lost_privileges(const struct task *task)
{
	static bool warned;
	struct stat file;
	struct statvfs mount;
	struct proc_status own;
	const char *path = task->process->executable->path;
	if (warned || stat(path, &file) != 0 || !(file.st_mode & (S_ISUID | S_ISGID)) || !proc_status_read(task->tid, &own))
		return;
	/* What is owned by somebody from outside of our user namespace gives nothing without a tracer either (user_namespaces(7)). */
	bool user_lost = (file.st_mode & S_ISUID) && file.st_uid != own.user && file.st_uid != OVERFLOW_ID;
	bool group_lost = (file.st_mode & S_ISGID) && (file.st_mode & S_IXGRP) && file.st_gid != own.group && file.st_gid != OVERFLOW_ID;
	if ((!user_lost && !group_lost) || statvfs(path, &mount) != 0 || (mount.f_flag & ST_NOSUID))
		return;
	warned = true;
	report_warning("no-new-privs", task->tid, "%s is set-user-ID or set-group-ID, which has no effect while an ordinary user traces", path);
}

static void follow_considered(struct tracer *tracer, struct task *task)
{
	const struct options *options = tracer->options;
	struct process *process = task->process;
	struct executable *executable = process->executable;
	bool observing = options->discovery != DISCOVER_NONE;
	if (executable->abi == ABI_COMPAT) {
		if (options->rules.count > 0)
			report_warning("compat", task->tid, "%s is a 32-bit program; its calls are recorded, but not interposed", executable->path);
		process->stepping = observing;
	} else if (options->discovery == DISCOVER_STEP) {
		process->stepping = true;
	} else if (options->discovery != DISCOVER_EBPF && (observing || options->rules.count > 0)) {
		/*
		 * Between the program's filter and ours the stricter wins: what it answers itself would not stop for us, and what it leaves to
		 * a tracer would. So a call has to be seen before any filter does. For rules alone an injection is enough, but a sandbox that
		 * does not allow seccomp(2) must neither see nor punish it.
		 */
		bool foreign = has_foreign_filters(tracer, task);
		if (foreign && (observing || !tracer->capabilities.suspend)) {
			report_warning("own-filter", task->tid, "%s runs under a seccomp filter that is not ours; each of its calls is stopped (slow)",
				       executable->path);
			process->stepping = true;
		} else if (injection_needed(process, options)) {
			process->suspended = foreign;
			injection_begin(task);
		}
	}
}

static void release_ignored(struct tracer *tracer, struct task *task)
{
	struct process *process = task->process;
	if (process->filters == 0 || !tracer->capabilities.suspend)
		return;
	if (!has_foreign_filters(tracer, task)) {
		process->suspended = true;
	} else if (filter_answers(tracer->options, true)) {
		report_warning("own-filter-bypassed", task->tid,
			       "%s, an ignored program, runs under a seccomp filter of its own, which is not applied to the interposed calls",
			       process->executable->path);
		process->stepping = true;
		process->lift_filters = true;
	}
}

/* A debugger cannot trace what we trace. A process that carries our filters has to stay: they mean ENOSYS without a tracer. */
static bool detach_debugger(struct tracer *tracer, struct task *task)
{
	if (!executable_matches(task->tid, &tracer->options->debuggers))
		return false;
	const char *path = task->process->executable->path;
	if (task->process->filters > 0) {
		report_warning("not-detached", task->tid, "%s is started by a considered program and stays traced; it will not work", path);
		return false;
	}
	tracer->detached = true;
	report_warning("detached", task->tid, "%s and all that it runs are not traced", path);
	return ptrace(PTRACE_DETACH, task->tid, NULL, NULL) == 0;
}

/* Of all shells that run a text without "#!" in the same process, bash is the one that suites meet. */
static bool reads_texts_itself(const struct executable *executable)
{
	const char *name = strrchr(executable->path, '/');
	return name && strcmp(name, "/bash") == 0;
}

static void follow_script(struct task *task, struct executable *executable)
{
	struct process *process = task->process;
	process->script = test_script_after_exec(task->tid, process->tgid, process->script);
	if (!process->script)
		executable->execs_outside++;
	else if (executable->considered)
		test_script_consider(process->script);
}

static void begin_program(const struct tracer *tracer, struct task *task, struct executable *executable)
{
	struct process *process = task->process;
	process->executable = executable;
	executable->execs++;
	executable->processes++;
	if (tracer->options->record_scripts)
		follow_script(task, executable);
	process->stepping = process->suspended = process->lift_filters = process->watch_texts = false;
	if (tracer->options->discovery == DISCOVER_EBPF)
		ebpf_follow(process->tgid, executable);
}

void handle_text(struct tracer *tracer, struct task *task, const char *path)
{
	struct executable *executable = executable_of_text(task->tid, path);
	if (!executable)
		return; /* killed meanwhile */
	begin_program(tracer, task, executable);
	follow_considered(tracer, task);
	apply_trace_options(task);
}

bool handle_exec(struct tracer *tracer, struct task *leader)
{
	struct task *task = surviving_task(leader);
	struct process *process = task->process;
	begin_program(tracer, task, executable_identify(task->tid, &tracer->options->considered, tracer->options->consider_all));
	if (detach_debugger(tracer, task)) {
		task_remove(task);
		return false;
	}
	if (process->executable->considered)
		follow_considered(tracer, task);
	else
		release_ignored(tracer, task);
	if (!process->executable->considered && reads_texts_itself(process->executable) &&
	    patterns_name_text(&tracer->options->considered))
		process->stepping = process->watch_texts = true;
	apply_trace_options(task);
	warn_of_lost_privileges(task);
	return true;
}
