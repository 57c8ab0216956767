/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event loop: every stop of every task, as waitpid(2) reports it. */
#define _GNU_SOURCE
#include "ebpf.h"
#include "filters.h"
#include "injection.h"
#include "output.h"
#include "proc.h"
#include "tracer.h"
#include "util.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_EXIT_LINES 1000 /* a suite may be made of programs that fail on purpose */
#define SYSCALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */

static void resume(struct task *task, int signal)
{
	bool to_next_call = task->process->stepping || task->injection != INJECTION_NONE || task->pending.active;
	/* ESRCH: killed while it was stopped; its death is reported by waitpid. */
	if (ptrace(to_next_call ? PTRACE_SYSCALL : PTRACE_CONT, task->tid, NULL, (long)signal) != 0 && errno != ESRCH)
		report_error("ptrace", task->tid, "a task cannot be resumed (errno %d)", errno);
}

static bool in_thread_group(pid_t tgid, pid_t tid)
{
	return syscall(SYS_tgkill, tgid, tid, 0) == 0;
}

static void count_process(const struct tracer *tracer, struct process *process)
{
	if (!process->executable)
		return;
	process->executable->processes++;
	if (tracer->options->discovery == DISCOVER_EBPF)
		ebpf_follow(process->tgid, process->executable);
}

static void handle_stop(struct tracer *tracer, struct task *task, int status);

/* The parent's event and the child's first stop come in either order; the child runs when both have. */
static void handle_birth(struct tracer *tracer, const struct task *parent, int event)
{
	unsigned long message;
	if (ptrace(PTRACE_GETEVENTMSG, parent->tid, NULL, &message) != 0)
		return; /* killed: the child, held, is dealt with by adopt_orphan */
	pid_t tid = (pid_t)message;
	struct task *child = task_find(tid);
	bool held = child != NULL;
	if (!child)
		child = task_add(tid);
	if (child->process)
		return;
	if (event == PTRACE_EVENT_CLONE && in_thread_group(parent->process->tgid, tid)) {
		task_join(child, parent->process);
	} else {
		task_join(child, process_new(tid, parent->process));
		count_process(tracer, child->process);
	}
	/* A thread may be born into a group stop, which must hold it like all others. */
	if (held)
		handle_stop(tracer, child, child->held_status);
}

static struct process *process_of_orphan(const struct tracer *tracer, pid_t tid, const struct proc_status *status)
{
	struct process *process = process_new(status->tgid, NULL);
	process->executable = executable_identify(tid, &tracer->options->considered, tracer->options->consider_all);
	if (status->seccomp_filters > tracer->capabilities.inherited_filters)
		process->filters = status->seccomp_filters - tracer->capabilities.inherited_filters;
	return process;
}

/*
 * A child whose parent was killed before it could report the birth: /proc knows where it belongs. A parent that is there may only be slow,
 * on a busy machine: the child is what it would be made at the parent's event.
 */
static void adopt_orphan(struct tracer *tracer, struct task *task)
{
	struct proc_status status;
	if (!proc_status_read(task->tid, &status))
		return;
	struct task *leader = status.tgid == task->tid ? NULL : task_find(status.tgid);
	struct task *parent = task_find(status.parent);
	if (leader && leader->process) {
		task_join(task, leader->process);
	} else {
		bool known = parent && parent->process;
		task_join(task, known ? process_new(status.tgid, parent->process) : process_of_orphan(tracer, task->tid, &status));
		count_process(tracer, task->process);
	}
	handle_stop(tracer, task, task->held_status);
}

struct orphans {
	struct task *tasks[64];
	size_t count;
};

static void collect_orphan(struct task *task, void *data)
{
	struct orphans *orphans = data;
	if (!task->process && now() - task->held_since > 0.5 && orphans->count < 64)
		orphans->tasks[orphans->count++] = task;
}

static void adopt_orphans(struct tracer *tracer)
{
	struct orphans orphans = { .count = 0 };
	task_each(collect_orphan, &orphans);
	for (size_t i = 0; i < orphans.count; i++)
		adopt_orphan(tracer, orphans.tasks[i]);
}

static void add_map(const char *path, void *executable)
{
	string_set_add(&((struct executable *)executable)->maps, path);
}

static void raise_to(uint64_t *peak, uint64_t value)
{
	if (value > *peak)
		*peak = value;
}

static void sample(struct task *task)
{
	struct executable *executable = task->process->executable;
	struct proc_status status;
	if (proc_status_read(task->tid, &status))
		raise_to(&executable->peak_resident_kib, status.peak_resident_kib);
	raise_to(&executable->peak_descriptors, proc_open_descriptors(task->tid));
}

/* At each tick: a program that executes another has no last moment of its own. */
static void sample_process(struct task *task, void *data)
{
	(void)data;
	if (task->process && task->tid == task->process->tgid && task->process->executable && task->process->executable->considered)
		sample(task);
}

/* The last moment at which a task still has its memory and descriptors. */
static void handle_last_moment(const struct tracer *tracer, struct task *task)
{
	struct executable *executable = task->process->executable;
	if (!executable || !executable->considered)
		return;
	sample(task);
	if (tracer->options->record_maps)
		proc_mapped_files(task->tid, add_map, executable);
}

static void handle_failure(struct tracer *tracer, const struct process *process, int status)
{
	static unsigned exits;
	if (WIFSIGNALED(status)) {
		report_process(tracer, "death", process, "signal", WTERMSIG(status));
		if (tracer->options->end_on_death)
			tracer->death_ends = true;
		return;
	}
	bool unexpected = tracer->options->end_on_exit && !tracer->options->expected_exits[WEXITSTATUS(status)];
	if ((unexpected || (WEXITSTATUS(status) != 0 && process->last_interposed.known)) && exits++ < MAX_EXIT_LINES)
		report_process(tracer, "exit", process, "exitCode", WEXITSTATUS(status));
	tracer->exit_ends = tracer->exit_ends || unexpected;
}

static void handle_end(struct tracer *tracer, struct task *task, int status)
{
	struct process *process = task->process;
	if (task->tid == tracer->root) {
		tracer->root_ended = true;
		tracer->root_status = status;
		tracer->root_ended_at = now();
	}
	if (process && task->tid == process->tgid) {
		struct executable *executable = process->executable;
		test_script_process_ended(process->script, process->tgid, executable && executable->considered);
		if (tracer->options->discovery == DISCOVER_EBPF)
			ebpf_forget(process->tgid);
		if (executable && executable->considered) {
			tally_add(WIFEXITED(status) ? &executable->exits : &executable->signals,
				  WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
			/* What we end ourselves did not die of anything. */
			if (!tracer->ending)
				handle_failure(tracer, process, status);
		}
	}
	task_remove(task);
}

static void finish_injection(struct tracer *tracer, struct task *task, enum injection_result result, const struct syscall_stop *stop)
{
	if (result == INJECTION_CONTINUES)
		return;
	if (task->process->suspended) {
		task->process->suspended = false;
		apply_trace_options(task);
	}
	if (result == INJECTION_COMPLETE)
		return;
	task->process->stepping = true;
	if (result == INJECTION_IMPOSSIBLE)
		handle_call(tracer, task, stop);
}

static void handle_syscall_stop(struct tracer *tracer, struct task *task)
{
	struct syscall_stop stop;
	if (!read_stop(task->tid, &stop))
		return;
	if (stop.op == PTRACE_SYSCALL_INFO_EXIT)
		handle_return(tracer, task, stop.exit.rval);
	if (task->injection != INJECTION_NONE)
		finish_injection(tracer, task, injection_advance(task, tracer->options, &stop, tracer->capabilities.suspend), &stop);
	else if (stop.op == PTRACE_SYSCALL_INFO_ENTRY && task->process->stepping)
		handle_call(tracer, task, &stop);
}

static void handle_seccomp_stop(struct tracer *tracer, struct task *task)
{
	struct syscall_stop stop;
	if (!read_stop(task->tid, &stop) || stop.op != PTRACE_SYSCALL_INFO_SECCOMP)
		return;
	/* On the slow path the entry stop has dealt with the call already. */
	if (!task->process->stepping)
		handle_call(tracer, task, &stop);
	if (stop.seccomp.ret_data != FILTER_MARK)
		handle_foreign_trace(task);
}

static void handle_stop(struct tracer *tracer, struct task *task, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	if (!task->process) {
		task->held_status = status;
		return;
	}
	switch (event) {
	case 0:
		if (signal == SYSCALL_STOP) {
			handle_syscall_stop(tracer, task);
			signal = 0;
		}
		break;
	case PTRACE_EVENT_STOP:
		if (signal != SIGTRAP) {
			/* A group stop: it lasts until SIGCONT, and the tracer must not end it. */
			ptrace(PTRACE_LISTEN, task->tid, NULL, NULL);
			return;
		}
		signal = 0;
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		handle_birth(tracer, task, event);
		signal = 0;
		break;
	case PTRACE_EVENT_EXEC: {
		pid_t tid = task->tid;
		if (!handle_exec(tracer, task))
			return;
		task = task_find(tid);
		signal = 0;
		break;
	}
	case PTRACE_EVENT_SECCOMP:
		handle_seccomp_stop(tracer, task);
		signal = 0;
		break;
	case PTRACE_EVENT_EXIT:
		handle_last_moment(tracer, task);
		signal = 0;
		break;
	default:
		signal = 0;
		break;
	}
	resume(task, signal);
}

static void handle_tick(struct tracer *tracer)
{
	adopt_orphans(tracer);
	task_each(sample_process, NULL);
	untraced_look(tracer);
	ending_tick(tracer);
}

void follow_command(struct tracer *tracer)
{
	for (;;) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);
		bool interrupted = tid < 0 && errno == EINTR;
		if (ending_tick_due())
			handle_tick(tracer);
		if (interrupted)
			continue;
		if (tid < 0)
			return; /* ECHILD: everything has ended */
		struct task *task = task_find(tid);
		if (WIFSTOPPED(status)) {
			if (!task)
				task = task_add(tid);
			handle_stop(tracer, task, status);
			if (tracer->killing)
				kill(tid, SIGKILL);
		} else if (task) {
			handle_end(tracer, task, status);
		}
	}
}
