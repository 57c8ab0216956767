/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one run, and the parts of its event loop. */
#ifndef LOUPE_TRACER_H
#define LOUPE_TRACER_H

#include "options.h"
#include "probe.h"
#include "stop.h"
#include "task.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Behind END_TERMINATED: reasons of the tracer's own (exit status 124). */
enum end_reason { END_EXITED, END_SIGNALED, END_TERMINATED, END_TIME_LIMIT, END_PROCESS_LIMIT, END_MEMORY_LIMIT, END_DEATH, END_EXIT };

/* How a rule was used, as far as its calls stopped in the tracer. */
struct rule_use {
	uint64_t interposed;
	double first;                   /* as of now() */
};

struct tracer {
	const struct options *options;
	struct capabilities capabilities;
	sigset_t original_mask;         /* of blocked signals, for the command */
	struct sigaction original_child; /* what SIGCHLD does, for the command */
	pid_t root;                     /* the command itself */
	bool root_ended;
	int root_status;                /* as of waitpid(2), when it has ended */
	double started, root_ended_at;
	bool ending;                    /* the tree has been told to end */
	bool killing;                   /* SIGTERM was not enough */
	double ending_since;
	enum end_reason reason;
	bool death_ends;                /* a death was seen that is to end the run */
	bool exit_ends;                 /* the same of an exit */
	bool detached;                  /* a debugger was let go */
	uint64_t left_over;             /* processes that had to be ended after the command */
	struct rule_use *uses;          /* of each rule */
};

/* events.c: follows the command to the end of everything that it started. */
void follow_command(struct tracer *tracer);

/* execution.c: a task has executed a program; false when it is traced no longer. */
bool handle_exec(struct tracer *tracer, struct task *task);
/* An ignored shell goes on to run a considered text without "#!" by itself. */
void handle_text(struct tracer *tracer, struct task *task, const char *path);
/* PTRACE_SETOPTIONS for what the task's process now runs. */
void apply_trace_options(struct task *task);

/* calls.c: a call of a task is entered (seccomp or entry stop), or has returned. */
void handle_call(struct tracer *tracer, struct task *task, const struct syscall_stop *stop);
void handle_foreign_trace(struct task *task);
void handle_return(struct tracer *tracer, struct task *task, int64_t result);

/* ending.c: limits, signals to the tracer, and what is left behind. */
void ending_hold_signals(struct tracer *tracer);        /* until ending_prepare they wait */
void ending_prepare(const struct tracer *tracer);
bool ending_tick_due(void);
void ending_tick(struct tracer *tracer);
void ending_hold(const struct tracer *tracer);          /* as the first process of a sandbox, for those that joined it */

/* untraced.c: processes of the tree that escape; at each tick, and once at the end. */
void untraced_look(struct tracer *tracer);
void untraced_count(const struct tracer *tracer);

/* report.c: the first and the last lines, and those of single processes (key NULL: without). */
void report_process(const struct tracer *tracer, const char *type, const struct process *process, const char *key, int value);
void report_tracer(const struct tracer *tracer);
void report_everything(const struct tracer *tracer);
void report_failure(const char *reason, const char *message, int error);

#endif
