/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The format: Linux Standard Base Core, section "Exception Frames"; encodings: DWARF Exception Header Encoding. */
#include "frames.h"

#include <stdlib.h>
#include <string.h>

enum {
	ENCODING_ABSOLUTE = 0x00,
	ENCODING_UDATA4 = 0x03,
	ENCODING_SDATA4 = 0x0b,
	ENCODING_FORMAT = 0x0f,
	ENCODING_RELATIVE = 0x10,
};

struct reader {
	const uint8_t *bytes;
	size_t size, at;
	uint64_t address;
	bool failed;
};

static uint64_t read_fixed(struct reader *reader, size_t size)
{
	uint64_t value = 0;

	if (reader->failed || size > reader->size - reader->at) {
		reader->failed = true;
		return 0;
	}
	memcpy(&value, reader->bytes + reader->at, size);
	reader->at += size;
	return value;
}

static uint64_t read_leb128(struct reader *reader)
{
	uint64_t value = 0, byte;
	unsigned shift = 0;

	do {
		byte = read_fixed(reader, 1);
		if (shift < 64)
			value |= (byte & 0x7f) << shift;
		shift += 7;
	} while (!reader->failed && (byte & 0x80));
	return value;
}

static uint64_t read_encoded(struct reader *reader, uint8_t encoding)
{
	uint64_t place = reader->address + reader->at, value;

	switch (encoding & ENCODING_FORMAT) {
	case ENCODING_ABSOLUTE:
		value = read_fixed(reader, 8);
		break;
	case ENCODING_UDATA4:
		value = read_fixed(reader, 4);
		break;
	case ENCODING_SDATA4:
		value = (uint64_t)(int64_t)(int32_t)read_fixed(reader, 4);
		break;
	default:
		reader->failed = true;
		return 0;
	}
	return (encoding & 0x70) == ENCODING_RELATIVE ? value + place : value;
}

/* What the entries that refer to a common entry have in common. */
struct common {
	/* Of addresses; -1: not understood. */
	int encoding;
	/* Of what a signal handler returns to: it begins one byte early, for unwinders that look at the call before. */
	bool signal_frame;
};

static int read_encoding(const struct section *section, size_t at, bool *signal_frame)
{
	struct reader reader = { section->bytes, section->size, at, section->address, false };
	uint64_t length = read_fixed(&reader, 4);
	const char *augmentation;
	uint8_t version;

	if (reader.failed || length == 0 || length == 0xffffffff || read_fixed(&reader, 4) != 0)
		return -1;
	version = read_fixed(&reader, 1);
	augmentation = (const char *)section->bytes + reader.at;
	if (reader.failed || !memchr(augmentation, '\0', section->size - reader.at))
		return -1;
	reader.at += strlen(augmentation) + 1;
	read_leb128(&reader);
	read_leb128(&reader);
	if (version == 1)
		read_fixed(&reader, 1);
	else
		read_leb128(&reader);
	if (*augmentation != 'z')
		return *augmentation == '\0' ? ENCODING_ABSOLUTE : -1;
	read_leb128(&reader);
	for (const char *c = augmentation + 1; *c; c++) {
		if (*c == 'R') {
			uint8_t encoding = read_fixed(&reader, 1);

			/* Letters are in the order of their data, and S has none: it may come after this one. */
			*signal_frame = *signal_frame || strchr(c, 'S');
			return reader.failed ? -1 : encoding;
		}
		if (*c == 'L')
			read_fixed(&reader, 1);
		else if (*c == 'P')
			read_encoded(&reader, read_fixed(&reader, 1) & ENCODING_FORMAT);
		else if (*c == 'S')
			*signal_frame = true;
		else if (*c != 'B')
			return -1;
	}
	return ENCODING_ABSOLUTE;
}

static struct common read_common(const struct section *section, size_t at)
{
	struct common common = { 0 };

	common.encoding = read_encoding(section, at, &common.signal_frame);
	return common;
}

static void add_range(struct ranges *ranges, uint64_t start, uint64_t end)
{
	ranges->items = grow_array(ranges->items, ranges->count + 1, sizeof(*ranges->items));
	ranges->items[ranges->count++] = (struct range){ start, end };
}

static int compare_ranges(const void *left, const void *right)
{
	uint64_t a = ((const struct range *)left)->start, b = ((const struct range *)right)->start;

	return a < b ? -1 : a > b;
}

/* Tables of broken files may overlap: what comes first wins. */
static void sort_ranges(struct ranges *ranges)
{
	size_t kept = 0;

	if (ranges->count == 0)
		return;
	qsort(ranges->items, ranges->count, sizeof(*ranges->items), compare_ranges);
	for (size_t i = 1; i < ranges->count; i++)
		if (ranges->items[i].start >= ranges->items[kept].end)
			ranges->items[++kept] = ranges->items[i];
	ranges->count = kept + 1;
}

static void read_entries(const struct image *image, const struct section *section, struct ranges *ranges)
{
	size_t at = 0, common_at = SIZE_MAX;
	struct common common = { .encoding = -1 };

	while (at + 8 <= section->size) {
		struct reader reader = { section->bytes, section->size, at, section->address, false };
		uint64_t length = read_fixed(&reader, 4), start, size;
		size_t pointer_at = reader.at;
		uint32_t pointer = read_fixed(&reader, 4);

		/* A length of 0 ends the table; 0xffffffff announces one of 64 bits, which no section here needs. */
		if (length < 4 || length > section->size - at - 4)
			return;
		if (pointer != 0 && pointer <= pointer_at) {
			if (pointer_at - pointer != common_at) {
				common_at = pointer_at - pointer;
				common = read_common(section, common_at);
			}
			start = common.encoding < 0 ? 0 : read_encoded(&reader, common.encoding);
			size = common.encoding < 0 ? 0 : read_encoded(&reader, common.encoding & ENCODING_FORMAT);
			if (!reader.failed && size > 0 && start + size > start && is_code(image, start) &&
			    is_code(image, start + size - 1))
				add_range(ranges, start + common.signal_frame, start + size);
		}
		at += 4 + length;
	}
}

void read_frames(const struct image *image, struct ranges *ranges)
{
	memset(ranges, 0, sizeof(*ranges));
	for (size_t i = 0; i < image->section_count; i++) {
		const struct section *section = &image->sections[i];

		if (strcmp(section->name, ".eh_frame") == 0 && section->bytes)
			read_entries(image, section, ranges);
	}
	sort_ranges(ranges);
}

const struct range *find_range(const struct ranges *ranges, uint64_t address)
{
	size_t low = 0, high = ranges->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges->items[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ranges->count && ranges->items[low].start <= address ? &ranges->items[low] : NULL;
}

size_t find_next_range(const struct ranges *ranges, uint64_t address)
{
	size_t low = 0, high = ranges->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges->items[middle].start < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
