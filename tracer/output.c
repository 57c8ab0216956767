/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "output.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *report;
static const char *report_path;
static bool comma_due;

void output_open(const char *path)
{
	report_path = path;
	report = fopen(path, "we");
	if (!report)
		die_with_error("cannot write the report %s", path);
}

void output_flush(void)
{
	if (fflush(report) != 0 || ferror(report))
		die_with_error("cannot write the report %s", report_path);
}

/* The length of the UTF-8 sequence that begins at text, 0 if it is none (RFC 3629: no surrogates, nothing overlong). */
static size_t utf8_length(const unsigned char *text)
{
	unsigned char first = text[0];
	size_t length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] >= 0xa0) || (first == 0xf0 && text[1] < 0x90) ||
	    (first == 0xf4 && text[1] >= 0x90))
		return 0;
	return length;
}

static void write_string(const char *value)
{
	const unsigned char *text = (const unsigned char *)value;
	fputc('"', report);
	while (*text) {
		size_t length = utf8_length(text);
		if (length == 0) {
			fprintf(report, "\\udc%02x", *text++);
		} else if (length > 1) {
			fwrite(text, 1, length, report);
			text += length;
		} else {
			if (*text == '"' || *text == '\\')
				fprintf(report, "\\%c", *text);
			else if (*text < 0x20 || *text == 0x7f)
				fprintf(report, "\\u%04x", *text);
			else
				fputc(*text, report);
			text++;
		}
	}
	fputc('"', report);
}

static void separate(void)
{
	if (comma_due)
		fputc(',', report);
	comma_due = true;
}

static void write_key(const char *key)
{
	separate();
	write_string(key);
	fputc(':', report);
}

void line_begin(const char *type)
{
	fputc('{', report);
	comma_due = false;
	line_string("type", type);
}

void line_string(const char *key, const char *value)
{
	write_key(key);
	write_string(value);
}

void line_integer(const char *key, int64_t value)
{
	write_key(key);
	fprintf(report, "%" PRId64, value);
}

void line_unsigned(const char *key, uint64_t value)
{
	write_key(key);
	fprintf(report, "%" PRIu64, value);
}

void line_seconds(const char *key, double value)
{
	write_key(key);
	fprintf(report, "%.6f", value);
}

void line_boolean(const char *key, bool value)
{
	write_key(key);
	fputs(value ? "true" : "false", report);
}

void line_null(const char *key)
{
	write_key(key);
	fputs("null", report);
}

void line_open(const char *key, char bracket)
{
	write_key(key);
	fputc(bracket, report);
	comma_due = false;
}

void line_close(char bracket)
{
	fputc(bracket, report);
	comma_due = true;
}

void line_element_string(const char *value)
{
	separate();
	write_string(value);
}

void line_element_unsigned(uint64_t value)
{
	separate();
	fprintf(report, "%" PRIu64, value);
}

void line_end(void)
{
	fputs("}\n", report);
}

static void report_message(const char *type, const char *kind, pid_t pid, const char *format, va_list arguments)
{
	char *message;
	if (vasprintf(&message, format, arguments) < 0)
		die("out of memory");
	line_begin(type);
	line_string("kind", kind);
	line_string("message", message);
	if (pid)
		line_integer("pid", pid);
	line_end();
	output_flush();
	free(message);
}

void report_warning(const char *kind, pid_t pid, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	report_message("warning", kind, pid, format, arguments);
	va_end(arguments);
}

void report_error(const char *kind, pid_t pid, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	report_message("error", kind, pid, format, arguments);
	va_end(arguments);
}
