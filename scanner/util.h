/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOUPE_SCAN_UTIL_H
#define LOUPE_SCAN_UTIL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses, as everywhere in Loupe: the input is not for us; the environment cannot do it. */
enum { EXIT_INPUT = 2, EXIT_ENVIRONMENT = 3 };

/* One sentence on standard error, then exit. */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* realloc for an array, which dies instead of failing. */
void *grow_array(void *array, size_t count, size_t item_size);

/* A list of addresses. */
struct addresses {
	uint64_t *items;
	size_t count, room;
};

void add_address(struct addresses *list, uint64_t address);
/* Sorts, and leaves each address once. */
void sort_addresses(struct addresses *list);
int has_address(const struct addresses *sorted, uint64_t address);
/* The first index whose address is at least this. */
size_t find_address(const struct addresses *sorted, uint64_t address);

/* A JSON string with its quotes; bytes that are no ASCII are escaped by their value. */
void print_json_string(FILE *stream, const char *text);

#endif
