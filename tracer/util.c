/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "util.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void print_failure(const char *format, va_list arguments)
{
	fputs("loupe-tracer: ", stderr);
	vfprintf(stderr, format, arguments);
}

void die(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	print_failure(format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(STATUS_TRACER_FAILED);
}

void die_with_error(const char *format, ...)
{
	int error = errno;
	va_list arguments;
	va_start(arguments, format);
	print_failure(format, arguments);
	va_end(arguments);
	fprintf(stderr, ": %s\n", strerror(error));
	exit(STATUS_TRACER_FAILED);
}

void *allocate(size_t size)
{
	void *pointer = calloc(1, size ? size : 1);
	if (!pointer)
		die("out of memory");
	return pointer;
}

void *reallocate(void *pointer, size_t count, size_t size)
{
	void *larger = reallocarray(pointer, count, size);
	if (!larger)
		die("out of memory");
	return larger;
}

char *copy_string(const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		die("out of memory");
	return copy;
}

char *format_string(const char *format, ...)
{
	char *text;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		die("out of memory");
	return text;
}

double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool parse_number(const char *text, const char **end, uint64_t *value)
{
	/* strtoull would also take blanks, a sign and octal numbers. */
	if (!isdigit((unsigned char)text[0]))
		return false;
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	if (base == 16 && !isxdigit((unsigned char)text[2]))
		return false;
	char *stop;
	errno = 0;
	unsigned long long number = strtoull(text, &stop, base);
	if (errno)
		return false;
	*end = stop;
	*value = number;
	return true;
}
