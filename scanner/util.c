/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void die(int status, const char *format, ...)
{
	va_list arguments;

	fputs("loupe-scan: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(status);
}

void *grow_array(void *array, size_t count, size_t item_size)
{
	void *grown = reallocarray(array, count, item_size);

	if (!grown)
		die(EXIT_ENVIRONMENT, "out of memory");
	return grown;
}

void add_address(struct addresses *list, uint64_t address)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->items = grow_array(list->items, list->room, sizeof(*list->items));
	}
	list->items[list->count++] = address;
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

void sort_addresses(struct addresses *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->items, list->count, sizeof(*list->items), compare);
	for (size_t i = 1; i < list->count; i++)
		if (list->items[i] != list->items[kept])
			list->items[++kept] = list->items[i];
	list->count = kept + 1;
}

size_t find_address(const struct addresses *sorted, uint64_t address)
{
	size_t low = 0, high = sorted->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted->items[middle] < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int has_address(const struct addresses *sorted, uint64_t address)
{
	size_t index = find_address(sorted, address);

	return index < sorted->count && sorted->items[index] == address;
}

void print_json_string(FILE *stream, const char *text)
{
	putc('"', stream);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(stream, "\\%c", *c);
		else if (*c < 0x20 || *c >= 0x7f)
			fprintf(stream, "\\u%04x", *c);
		else
			putc(*c, stream);
	}
	putc('"', stream);
}
