/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program was started with, as /proc tells before it has done anything. */
#ifndef LOUPE_PROGRAM_START_H
#define LOUPE_PROGRAM_START_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct words {
	char **items;
	size_t count;
};
/* Of "cmdline" or "environ"; empty where the task is gone. */
struct words words_read(pid_t tid, const char *file);
void words_free(struct words *words);

/* Descriptors above 2 that are open on the same as standard output (`of` is 1) or standard error (2). */
struct descriptor_copies {
	struct { int descriptor, of; } *items;
	size_t count;
};
struct descriptor_copies descriptor_copies_read(pid_t tid);

#endif
