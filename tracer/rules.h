/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: which calls of considered executables are stubbed or faked. */
#ifndef LOUPE_RULES_H
#define LOUPE_RULES_H

#include "arch.h"
#include "syscalls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum rule_action { ACTION_VALUE, ACTION_FAKE_TABLE, ACTION_PATH_ERROR, ACTION_PATH_REDIRECT };

struct argument_test {
	int index;
	uint32_t mask;
	uint32_t value;
};

struct rule {
	enum rule_action action;
	int64_t value;                  /* ACTION_VALUE, ACTION_PATH_ERROR: the result, -errno for an error */
	uint32_t number;                /* of the native ABI; not for rules by path */
	char *path;                     /* rules by path only */
	struct argument_test tests[CALL_ARGUMENTS];
	size_t test_count;
};

struct rules {
	struct rule *items;
	size_t count;
	bool any_path;
};

/* Parses and appends; dies with the reason when the text is no rule. */
void rules_add(struct rules *rules, const char *text);

/* The first rule by call that matches, NULL if none. */
const struct rule *rules_match_call(const struct rules *rules, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS]);
/* The first rule for this path (as paths.h names it), NULL if none. */
const struct rule *rules_match_path(const struct rules *rules, const char *path);
/* True when some rule is about this call, whatever its arguments. */
bool rules_mention(const struct rules *rules, uint64_t number);
/* The result of an interposed call, from the arguments and, for vectors, the memory of the task. */
int64_t rule_result(const struct rule *rule, pid_t tid, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS]);
/* True when the kernel can give the result by itself (SECCOMP_RET_ERRNO: 0 to -4095). */
bool rule_fits_errno(const struct rule *rule);

#endif
