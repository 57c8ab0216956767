/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting calls by a raw tracepoint program: considered processes never stop for it. */
#ifndef LOUPE_EBPF_H
#define LOUPE_EBPF_H

#include "executable.h"

#include <stdbool.h>
#include <sys/types.h>

bool ebpf_allowed(void);                                /* by trying to make a map */
/* Loads and attaches; NULL, or the sentence that says why it cannot be. */
const char *ebpf_start(void);
/* From now on the calls of this process count for this executable (NULL: for none). */
void ebpf_follow(pid_t tgid, const struct executable *executable);
void ebpf_forget(pid_t tgid);
/* Moves the counts into the executables' records. */
void ebpf_collect(void);

#endif
