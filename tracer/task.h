/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks (threads) and processes that are traced. */
#ifndef LOUPE_TASK_H
#define LOUPE_TASK_H

#include "arch.h"
#include "executable.h"
#include "test_script.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The last interposed call of a process. */
struct interposed_call {
	bool known;
	enum abi abi;
	uint64_t number;
	size_t rule;
	double time;
};

struct process {
	pid_t tgid;
	struct executable *executable;  /* NULL: it has executed nothing since the tracer began */
	unsigned tasks;                 /* alive */
	int filters;                    /* how many of its filters are ours */
	bool allowed[CALL_SLOTS];       /* calls that all of our filters let through; meaningful with filters > 0 */
	bool suspended;                 /* PTRACE_O_SUSPEND_SECCOMP is set */
	bool stepping;                  /* every call stops: the slow path */
	bool watch_texts;               /* slow path of an ignored shell that may go on to run a considered text by itself */
	bool lift_filters;              /* slow path of an ignored program: our filters are suspended for interposed calls only */
	struct interposed_call last_interposed;
	struct test_script *script;     /* it runs in; NULL: none, or they are not recorded */
};

/* Where the injection of a filter has got to (injection.h). */
enum injection {
	INJECTION_NONE,
	INJECTION_EXEC_RETURNS,         /* next: the exit stop of execve */
	INJECTION_BEFORE_PRIVILEGES,    /* next: an entry stop, to become prctl(PR_SET_NO_NEW_PRIVS) */
	INJECTION_PRIVILEGES,           /* next: the exit stop of that prctl */
	INJECTION_BEFORE_FILTER,        /* next: an entry stop, to become seccomp(2) */
	INJECTION_FILTER,               /* next: the exit stop of that seccomp */
};

/* A call whose result is awaited at its exit stop. */
struct pending_call {
	bool active;
	struct call_record *record;     /* NULL: its result is not recorded */
	struct path_record *path;       /* NULL: none */
	int restore_argument;           /* this register gets its old value back; -1: none */
	uint64_t restore_value;
	char *text;                     /* NULL: none; else execve(2) of this considered text */
	bool restore_suspension;        /* clear PTRACE_O_SUSPEND_SECCOMP */
};

struct task {
	pid_t tid;
	struct process *process;        /* NULL: held until its parent's event tells whose child it is */
	double held_since;
	int held_status;                /* of its first stop, as of waitpid(2) */
	enum injection injection;
	struct arch_registers original; /* during an injection */
	struct pending_call pending;
	struct task *next;              /* in its hash bucket */
};

struct task *task_find(pid_t tid);
struct task *task_add(pid_t tid);
void task_remove(struct task *task);                    /* and its process with the last task */
void task_join(struct task *task, struct process *process);
void task_renumber(struct task *task, pid_t tid);
size_t task_count(void);
uint64_t tasks_ever(void);                              /* how many were added */
/* Calls `use` for each task; `use` must neither add nor remove tasks. */
void task_each(void (*use)(struct task *task, void *data), void *data);

struct process *process_new(pid_t tgid, const struct process *parent); /* parent NULL: none */

#endif
