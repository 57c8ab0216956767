/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of the native architecture's system calls, from the kernel headers at build time. */
#ifndef LOUPE_SYSCALLS_H
#define LOUPE_SYSCALLS_H

#include <stdbool.h>
#include <stdint.h>

#define CALL_SLOTS 1024 /* numbers below this have a slot of their own in bitmaps and tables */

const char *syscall_name(uint64_t number);              /* NULL: unknown */
/* A name or a number; *end is what follows it. */
bool parse_syscall(const char *text, const char **end, uint32_t *number);

#endif
