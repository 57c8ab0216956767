/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "syscalls.h"
#include "util.h"

#include <stddef.h>
#include <string.h>

static const char *const names[CALL_SLOTS] = {
#include "syscall_names.h"
};

const char *syscall_name(uint64_t number)
{
	return number < CALL_SLOTS ? names[number] : NULL;
}

bool parse_syscall(const char *text, const char **end, uint32_t *number)
{
	uint64_t value;
	if (parse_number(text, end, &value)) {
		*number = (uint32_t)value;
		return value <= UINT32_MAX;
	}
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
	for (uint32_t i = 0; i < CALL_SLOTS; i++) {
		if (names[i] && strlen(names[i]) == length && memcmp(names[i], text, length) == 0) {
			*number = i;
			*end = text + length;
			return true;
		}
	}
	return false;
}
