/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths that calls take, and the pseudo-files among them. */
#ifndef LOUPE_PATHS_H
#define LOUPE_PATHS_H

#include "arch.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The argument of a native call that is its path, -1 for none. */
int path_argument(uint64_t number);
/*
 * The path that this call of the task names, if it is one under /proc, /sys or /dev, as rules and reports write it: absolute, without
 * symbolic links on the way there, the task's own directory as /proc/self.
 */
bool pseudo_path(pid_t tid, pid_t tgid, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS], char path[PATH_MAX]);

#endif
