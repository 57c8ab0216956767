/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report: one JSON object a line (docs/tracer-protocol.md). */
#ifndef LOUPE_OUTPUT_H
#define LOUPE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

void output_open(const char *path);                     /* dies when it cannot be written */
void output_flush(void);                                /* dies when the disk is full */

/* A line is begun, filled with members and ended. */
void line_begin(const char *type);
void line_string(const char *key, const char *value);   /* bytes that are no UTF-8 become \udcXX */
void line_integer(const char *key, int64_t value);
void line_unsigned(const char *key, uint64_t value);
void line_seconds(const char *key, double value);
void line_boolean(const char *key, bool value);
void line_null(const char *key);
void line_open(const char *key, char bracket);          /* '{' or '[' */
void line_close(char bracket);
void line_element_string(const char *value);
void line_element_unsigned(uint64_t value);
void line_end(void);

/* Lines that are written, and flushed, as things happen. pid 0: none. */
void report_warning(const char *kind, pid_t pid, const char *format, ...) __attribute__((format(printf, 3, 4)));
void report_error(const char *kind, pid_t pid, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
