/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules.h"
#include "fake_values.h"
#include "util.h"

#include <errno.h>
#include <string.h>

#define MAX_ERRNO 4095

static bool parse_small_number(const char **text, uint64_t limit, uint64_t *value)
{
	return parse_number(*text, text, value) && *value <= limit;
}

/* Takes the action before the colon; returns what follows the colon, NULL when it is no action. */
static const char *parse_action(struct rule *rule, const char *text)
{
	uint64_t number;
	rule->action = ACTION_VALUE;
	if (starts_with(text, "stub:")) {
		rule->value = -ENOSYS;
		return text + strlen("stub:");
	}
	if (starts_with(text, "fake:")) {
		rule->action = ACTION_FAKE_TABLE;
		return text + strlen("fake:");
	}
	if (starts_with(text, "fake=")) {
		text += strlen("fake=");
		if (!parse_small_number(&text, INT64_MAX, &number) || *text != ':')
			return NULL;
		rule->value = (int64_t)number;
		return text + 1;
	}
	if (starts_with(text, "errno=")) {
		text += strlen("errno=");
		if (!parse_small_number(&text, MAX_ERRNO, &number) || number == 0 || *text != ':')
			return NULL;
		rule->value = -(int64_t)number;
		return text + 1;
	}
	return NULL;
}

/* ",arg1&0xff=0x21" and so on to the end of the text. */
static bool parse_tests(struct rule *rule, const char *text)
{
	while (*text) {
		struct argument_test test = { .mask = UINT32_MAX };
		uint64_t index, mask, value;
		if (!starts_with(text, ",arg") || rule->test_count == CALL_ARGUMENTS)
			return false;
		text += strlen(",arg");
		if (!parse_small_number(&text, CALL_ARGUMENTS - 1, &index))
			return false;
		test.index = (int)index;
		if (*text == '&') {
			text++;
			if (!parse_small_number(&text, UINT32_MAX, &mask))
				return false;
			test.mask = (uint32_t)mask;
		}
		if (*text++ != '=' || !parse_small_number(&text, UINT32_MAX, &value))
			return false;
		test.value = (uint32_t)value;
		rule->tests[rule->test_count++] = test;
	}
	return true;
}

static void parse_path_target(struct rule *rule, const char *text, const char *path)
{
	if (path[0] != '/')
		die("rule '%s': the path has to be absolute", text);
	if (rule->action == ACTION_FAKE_TABLE) {
		rule->action = ACTION_PATH_REDIRECT;
	} else if (rule->value < 0) {
		rule->action = ACTION_PATH_ERROR;
		if (starts_with(text, "stub:"))
			rule->value = -ENOENT;
	} else {
		die("rule '%s': a path can be stubbed, faked or given an errno, not a value", text);
	}
	rule->path = copy_string(path);
}

void rules_add(struct rules *rules, const char *text)
{
	struct rule rule = { 0 };
	const char *target = parse_action(&rule, text);
	if (!target)
		die("rule '%s': it has to begin with stub:, fake:, fake=VALUE: or errno=NUMBER: (see --help)", text);
	if (starts_with(target, "path=")) {
		parse_path_target(&rule, text, target + strlen("path="));
		rules->any_path = true;
	} else {
		const char *tests;
		if (!parse_syscall(target, &tests, &rule.number))
			die("rule '%s': unknown system call '%.*s'", text, (int)strcspn(target, ","), target);
		if (!parse_tests(&rule, tests))
			die("rule '%s': '%s' is no list of tests like ',arg1=0x5421' or ',arg2&0x40=0x40'", text, tests);
	}
	rules->items = reallocate(rules->items, rules->count + 1, sizeof *rules->items);
	rules->items[rules->count++] = rule;
}

static bool tests_hold(const struct rule *rule, const uint64_t arguments[CALL_ARGUMENTS])
{
	for (size_t i = 0; i < rule->test_count; i++) {
		const struct argument_test *test = &rule->tests[i];
		/* The kernel ignores the upper half of an int argument, and so may the program. */
		if (((uint32_t)arguments[test->index] & test->mask) != test->value)
			return false;
	}
	return true;
}

const struct rule *rules_match_call(const struct rules *rules, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS])
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];
		if (!rule->path && rule->number == number && tests_hold(rule, arguments))
			return rule;
	}
	return NULL;
}

const struct rule *rules_match_path(const struct rules *rules, const char *path)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->items[i].path && strcmp(rules->items[i].path, path) == 0)
			return &rules->items[i];
	return NULL;
}

bool rules_mention(const struct rules *rules, uint64_t number)
{
	for (size_t i = 0; i < rules->count; i++)
		if (!rules->items[i].path && rules->items[i].number == number)
			return true;
	return false;
}

int64_t rule_result(const struct rule *rule, pid_t tid, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS])
{
	return rule->action == ACTION_FAKE_TABLE ? fake_value(tid, number, arguments) : rule->value;
}

bool rule_fits_errno(const struct rule *rule)
{
	if (rule->action == ACTION_FAKE_TABLE)
		return !fake_value_varies(rule->number);
	return rule->action == ACTION_VALUE && rule->value <= 0;
}
