/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ending the tree: the time limit, signals to the tracer, and what the command leaves behind. */
#define _GNU_SOURCE
#include "proc.h"
#include "tracer.h"
#include "util.h"

#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MICROSECONDS 100000
#define HOLD_NANOSECONDS 20000000

static volatile sig_atomic_t tick_due, termination_due;

static void note_tick(int signal)
{
	(void)signal;
	tick_due = 1;
}

/*
 * In a sandbox, only those outside of it tell the tracer to end: their process number is 0 in here (pid_namespaces(7)). What the
 * workload sends, as a suite does that runs `kill $(cat pidfile)` where a faked getpid has written 0, reaches its process group, of
 * which the tracer is one.
 */
static bool in_sandbox;

static void note_termination(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (!in_sandbox || info->si_pid == 0)
		termination_due = 1;
}

/* More tasks than this at the end are a fork bomb rather than a program that needs time to end. */
#define CROWD 256

/* Without SA_RESTART: waitpid(2) is to return. */
static void set_action(int signal, struct sigaction action)
{
	sigemptyset(&action.sa_mask);
	if (sigaction(signal, &action, NULL) != 0)
		die_with_error("cannot handle signal %d", signal);
}

static void handle_termination(int signal)
{
	set_action(signal, (struct sigaction){ .sa_sigaction = note_termination, .sa_flags = SA_SIGINFO });
}

static void handle_unless_ignored(int signal)
{
	struct sigaction action;
	if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
		handle_termination(signal);
}

void ending_hold_signals(struct tracer *tracer)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };
	sigset_t held;
	sigemptyset(&held);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &tracer->original_mask);
	/* Where it is ignored the kernel reaps untraced children by itself, and wait_outside would wait for ever (wait(2)). */
	if (sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL }, &tracer->original_child) != 0)
		die_with_error("cannot wait for children");
}

void ending_prepare(const struct tracer *tracer)
{
	static const struct itimerval interval = { { 0, TICK_MICROSECONDS }, { 0, TICK_MICROSECONDS } };
	in_sandbox = tracer->options->sandboxed || tracer->options->joined;
	set_action(SIGALRM, (struct sigaction){ .sa_handler = note_tick });
	handle_termination(SIGTERM);
	handle_unless_ignored(SIGINT); /* nohup and shells without job control ignore some for their children */
	handle_unless_ignored(SIGHUP);
	handle_unless_ignored(SIGQUIT);
	/* Periodic, so that one that comes just before waitpid(2) is made up for. */
	if (setitimer(ITIMER_REAL, &interval, NULL) != 0)
		die_with_error("cannot set a timer");
	/* Whoever started us may have them blocked, which is the command's business only: without ticks there is no time limit. */
	sigset_t mask = tracer->original_mask;
	static const int needed[] = { SIGALRM, SIGTERM, SIGINT, SIGHUP, SIGQUIT };
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		sigdelset(&mask, needed[i]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

bool ending_tick_due(void)
{
	bool due = tick_due;
	tick_due = 0;
	return due;
}

static void signal_process(struct task *task, void *data)
{
	int signal = *(int *)data;
	/* A held task has no process yet: only death reaches it. */
	if (!task->process ? signal == SIGKILL : task->tid == task->process->tgid)
		kill(task->tid, signal);
}

struct sweep {
	pid_t self;
	int signal;
};

static void signal_untraced_child(pid_t pid, pid_t parent, void *data)
{
	const struct sweep *sweep = data;
	if (parent == sweep->self && !task_find(pid))
		kill(pid, sweep->signal);
}

/* Tasks, and what debuggers left behind: as a subreaper the tracer is the parent of every orphan. */
static void signal_all(int signal)
{
	struct sweep sweep = { getpid(), signal };
	task_each(signal_process, &signal);
	proc_each_process(signal_untraced_child, &sweep);
}

/*
 * A crowd is killed at once: killed one by one it goes on multiplying, and on a busy machine takes longer to kill than anybody
 * waits. The first process of a sandbox reaches all others of it in this way, and nothing else (kill(2), pid_namespaces(7)).
 */
static void kill_all(const struct tracer *tracer)
{
	if (tracer->options->sandboxed && getpid() == 1 && task_count() > CROWD)
		kill(-1, SIGKILL);
	else
		signal_all(SIGKILL);
}

static void count_process(struct task *task, void *data)
{
	if (task->process && task->tid == task->process->tgid)
		++*(uint64_t *)data;
}

/* Of a run that hangs: what was interposed last in each process. */
static void report_hanging(struct task *task, void *data)
{
	const struct process *process = task->process;
	if (process && task->tid == process->tgid && process->executable && process->last_interposed.known)
		report_process(data, "hang", process, NULL, 0);
}

static void begin_ending(struct tracer *tracer)
{
	tracer->ending = true;
	tracer->ending_since = now();
	signal_all(SIGTERM);
	signal_all(SIGCONT); /* a stopped process acts on SIGTERM only then */
}

static void add_resident(struct task *task, void *data)
{
	if (task->process && task->tid == task->process->tgid)
		*(uint64_t *)data += proc_resident_kib(task->tid);
}

static bool exceeds_memory_limit(const struct tracer *tracer)
{
	uint64_t resident = 0;
	if (tracer->options->memory_limit == 0)
		return false;
	task_each(add_resident, &resident);
	return resident > tracer->options->memory_limit;
}

/* END_EXITED: the command may go on. */
static enum end_reason reason_to_end(const struct tracer *tracer)
{
	const struct options *options = tracer->options;
	if (termination_due)
		return END_TERMINATED;
	if (tracer->death_ends)
		return END_DEATH;
	if (tracer->exit_ends)
		return END_EXIT;
	if (options->time_limit > 0 && now() - tracer->started > options->time_limit)
		return END_TIME_LIMIT;
	if (options->process_limit > 0 && task_count() > options->process_limit)
		return END_PROCESS_LIMIT;
	return exceeds_memory_limit(tracer) ? END_MEMORY_LIMIT : END_EXITED;
}

void ending_tick(struct tracer *tracer)
{
	const struct options *options = tracer->options;
	double time = now();
	if (!tracer->ending && !tracer->root_ended) {
		tracer->reason = reason_to_end(tracer);
		if (tracer->reason == END_TIME_LIMIT || tracer->reason == END_TERMINATED)
			task_each(report_hanging, tracer);
		if (tracer->reason != END_EXITED)
			begin_ending(tracer);
		/* Something that multiplies gets no time to do so. */
		tracer->killing = tracer->ending && (tracer->reason == END_PROCESS_LIMIT || tracer->reason == END_MEMORY_LIMIT ||
						     task_count() > CROWD);
	} else if (!tracer->ending && tracer->root_ended && (termination_due || time - tracer->root_ended_at > options->linger)) {
		task_each(count_process, &tracer->left_over);
		begin_ending(tracer);
	} else if (tracer->ending && (tracer->killing || time - tracer->ending_since > options->grace)) {
		/* Again at each tick: a fork bomb may be faster than one round. */
		tracer->killing = true;
		kill_all(tracer);
	}
}

static void note_other(pid_t pid, pid_t parent, void *data)
{
	(void)parent;
	if (pid != getpid())
		*(bool *)data = true;
}

/* When the first process of a sandbox ends, the kernel kills those that have joined; they may be what shut the command down. */
void ending_hold(const struct tracer *tracer)
{
	static const struct timespec interval = { 0, HOLD_NANOSECONDS };
	double since = now();
	bool others = tracer->reason == END_EXITED && WIFEXITED(tracer->root_status) && WEXITSTATUS(tracer->root_status) == 0;
	while (others && !termination_due && now() - since < tracer->options->hold) {
		nanosleep(&interval, NULL);
		while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
			;
		others = false;
		proc_each_process(note_other, &others);
	}
}
