/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory, time and the two ways to give up. */
#ifndef LOUPE_UTIL_H
#define LOUPE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The statuses that env(1) and timeout(1) use for their own failures. */
enum { STATUS_LIMIT = 124, STATUS_TRACER_FAILED = 125, STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

/* Prints "loupe-tracer: MESSAGE" and exits with 125. EXITKILL ends the tracees. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with ": strerror(errno)". */
_Noreturn void die_with_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

void *allocate(size_t size);                            /* zeroed; dies when there is no memory */
void *reallocate(void *pointer, size_t count, size_t size);
char *copy_string(const char *text);
char *format_string(const char *format, ...) __attribute__((format(printf, 1, 2)));

double now(void);                                       /* seconds on the monotonic clock */
bool starts_with(const char *text, const char *prefix);
bool parse_number(const char *text, const char **end, uint64_t *value); /* decimal or 0x-hexadecimal */

#endif
