/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an ELF file holds once it is loaded: its sections, symbols and relocations. */
#ifndef LOUPE_SCAN_IMAGE_H
#define LOUPE_SCAN_IMAGE_H

#include "util.h"

#include <stdbool.h>

struct section {
	const char *name;
	uint64_t address, size;
	/* Of a table of equal parts, such as the stubs that calls of other modules go through; else 0. */
	uint64_t entry_size;
	/* NULL where the file has no bytes for it. */
	const uint8_t *bytes;
	bool executable;
};

struct symbol {
	const char *name;
	uint64_t address;
};

/* A place that the dynamic linker fills in, and with what: a symbol of any module, or an address of this one. */
struct slot {
	uint64_t place;
	const char *symbol;
	uint64_t address;
};

struct image {
	const char *path;
	/* Addresses are those of the program when it runs: it is not moved, and pointers are plain words. */
	bool fixed;
	uint64_t entry;
	const char *interpreter, *soname, *runpath;
	const char **needed;
	size_t needed_count;
	struct section *sections;
	size_t section_count;
	/* Functions that other modules can call. */
	struct symbol *exports;
	size_t export_count;
	/* Sorted by place. */
	struct slot *slots;
	size_t slot_count;
	/* Starts of functions as symbols tell. */
	struct addresses symbols;
	/* Functions that run at any rate once the module is loaded: constructors, destructors, resolvers of indirect functions. */
	struct addresses roots;
};

/* Reads a file. Dies with a sentence when it is no x86-64 ELF file with sections. */
void open_image(struct image *image, const char *path);

/* The section that holds an address, or NULL. */
const struct section *find_section(const struct image *image, uint64_t address);
bool is_code(const struct image *image, uint64_t address);

/* The eight bytes at an address; 0 where there are none. */
uint64_t read_word(const struct image *image, uint64_t address);

/* What the dynamic linker puts at this place, or NULL. */
const struct slot *find_slot(const struct image *image, uint64_t place);

#endif
