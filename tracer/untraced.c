/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A child that is made with CLONE_UNTRACED is not ours (clone(2)). Considered programs are kept from making one (calls.c), but ignored
 * ones run without stops and without filters, and the kernel reports nothing of it. So the tree is looked through for processes that
 * nobody traces; and in a sandbox, where the numbers of processes are given out one after the other, the tasks are counted at the end.
 */
#define _GNU_SOURCE
#include "output.h"
#include "proc.h"
#include "tracer.h"
#include "util.h"

#include <inttypes.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_SHARE 100 /* at most 1 % of the tracer's time */
#define MAX_KNOWN 100  /* then it has been said often enough */

struct untraced {
	pid_t pid;
	bool considered;                /* said to be, as an error */
};

static struct untraced *known;
static size_t known_count;

static struct untraced *find_known(pid_t pid)
{
	for (size_t i = 0; i < known_count; i++)
		if (known[i].pid == pid)
			return &known[i];
	return NULL;
}

static struct untraced *find_or_add(pid_t pid)
{
	struct untraced *found = find_known(pid);
	if (found)
		return found;
	known = reallocate(known, known_count + 1, sizeof *known);
	known[known_count] = (struct untraced){ .pid = pid };
	return &known[known_count++];
}

/* What an untraced process starts is said only where it is considered. */
static void tell(const struct tracer *tracer, pid_t pid, pid_t parent)
{
	char path[PATH_MAX];
	if (!proc_executable(pid, path))
		return; /* it ends, or is a kernel's */
	bool new = !find_known(pid);
	if (new && known_count == MAX_KNOWN)
		return;
	struct untraced *process = find_or_add(pid);
	bool considered = tracer->options->consider_all || executable_matches(pid, &tracer->options->considered);
	if (considered && !process->considered) {
		process->considered = true;
		report_error("untraced", pid, "%s runs in a process that cannot be traced, as it was made with CLONE_UNTRACED; its calls are missing", path);
	} else if (new && !find_known(parent)) {
		report_warning("untraced", pid, "%s runs in a process that was made with CLONE_UNTRACED; what it executes is not traced", path);
	}
}

/* A process that has ended is not traced any more when we have been told of its end, and its parent has not. */
static void look_at(pid_t pid, pid_t parent, void *data)
{
	struct proc_status status;
	if ((task_find(parent) || find_known(parent) || (parent == getpid() && pid != getpid())) && proc_status_read(pid, &status) &&
	    !status.ended && status.tracer != getpid())
		tell(data, pid, parent);
}

void untraced_look(struct tracer *tracer)
{
	static double next;
	double begun = now();
	/* What a debugger does that was let go is untraced by wish. */
	if (tracer->detached || begun < next)
		return;
	proc_each_process(look_at, tracer);
	double ended = now();
	next = ended + (ended - begun) * LOOK_SHARE;
}

void untraced_count(const struct tracer *tracer)
{
	/* Those that join a sandbox take numbers, too; and what is killed while it forks has taken one in vain. */
	if (!tracer->options->sandboxed || tracer->options->hold > 0 || tracer->detached || tracer->ending)
		return;
	pid_t last = fork();
	if (last < 0)
		die_with_error("cannot start a process");
	if (last == 0)
		_exit(0);
	waitpid(last, NULL, 0);
	uint64_t made = (uint64_t)(last - tracer->root), seen = tasks_ever();
	if (last > tracer->root && made > seen)
		report_warning("untraced", 0,
			       "processes or threads that were not traced: %" PRIu64 "; children made with CLONE_UNTRACED, or the kernel's workers for "
			       "io_uring, whose work is not seen as system calls",
			       made - seen);
}
