/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Installing a seccomp filter in a process that has just executed a considered program.
 *
 * A state machine over the task's own stops, so that no other task waits: the exit stop of execve; the entry stop of the program's first
 * call, which is turned into seccomp(2); its exit stop, where registers are put back such that the program makes its own call anew, now
 * under the filter. Where the kernel wants no_new_privs first (EACCES), a prctl(2) goes before it in the same way.
 */
#ifndef LOUPE_INJECTION_H
#define LOUPE_INJECTION_H

#include "options.h"
#include "stop.h"
#include "task.h"

#include <stdbool.h>

enum injection_result {
	INJECTION_CONTINUES,            /* resume to the next call stop */
	INJECTION_COMPLETE,             /* the filter is installed */
	INJECTION_IMPOSSIBLE,           /* it cannot be; the stop is an entry stop that nobody has dealt with yet */
	INJECTION_REFUSED,              /* it cannot be; the program will make its first call anew */
};

/* Whether the process's filters do not stop something that they should. */
bool injection_needed(const struct process *process, const struct options *options);
void injection_begin(struct task *task);
enum injection_result injection_advance(struct task *task, const struct options *options, const struct syscall_stop *stop, bool in_kernel);

#endif
