/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "filters.h"
#include "paths.h"
#include "util.h"

#include <asm/unistd.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define RETURN_TRACE (SECCOMP_RET_TRACE | FILTER_MARK)
#define CALL_NUMBER offsetof(struct seccomp_data, nr)
/* Both architectures are little-endian: the low half comes first. */
#define ARGUMENT_LOW(i) (offsetof(struct seccomp_data, args) + (size_t)(i) * sizeof(uint64_t))
#define ARGUMENT_HIGH(i) (ARGUMENT_LOW(i) + sizeof(uint32_t))

uint64_t filter_cookie(void)
{
	static uint64_t cookie;
	if (!cookie && getrandom(&cookie, sizeof cookie, 0) != sizeof cookie)
		die_with_error("no random numbers");
	return cookie;
}

static void emit(struct filter *filter, struct sock_filter instruction)
{
	filter->code = reallocate(filter->code, filter->length + 1, sizeof *filter->code);
	filter->code[filter->length++] = instruction;
}

static void load(struct filter *filter, size_t offset)
{
	emit(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void jump(struct filter *filter, uint16_t test, uint32_t value, uint8_t if_true, uint8_t if_false)
{
	emit(filter, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | BPF_K | test), value, if_true, if_false));
}

static void give(struct filter *filter, uint32_t action)
{
	emit(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void give_for_number(struct filter *filter, uint32_t number, uint32_t action)
{
	jump(filter, BPF_JEQ, number, 0, 1);
	give(filter, action);
}

static void emit_abi_tests(struct filter *filter, uint32_t foreign_action)
{
	load(filter, offsetof(struct seccomp_data, arch));
	jump(filter, BPF_JEQ, arch_audit, 1, 0);
	give(filter, foreign_action);
	load(filter, CALL_NUMBER);
	if (arch_other_abi_bit) {
		jump(filter, BPF_JGE, arch_other_abi_bit, 0, 1);
		give(filter, foreign_action);
	}
}

static void emit_cookie_test(struct filter *filter)
{
	jump(filter, BPF_JEQ, __NR_seccomp, 1, 0);
	jump(filter, BPF_JEQ, __NR_prctl, 0, 6);
	load(filter, ARGUMENT_LOW(5));
	jump(filter, BPF_JEQ, (uint32_t)filter_cookie(), 0, 3);
	load(filter, ARGUMENT_HIGH(5));
	jump(filter, BPF_JEQ, (uint32_t)(filter_cookie() >> 32), 0, 1);
	give(filter, SECCOMP_RET_ALLOW);
	load(filter, CALL_NUMBER);
}

/* A child that is created with CLONE_UNTRACED would escape the tracer and keep the filter. clone3 has its flags in memory. */
static void emit_clone_tests(struct filter *filter)
{
	jump(filter, BPF_JEQ, __NR_clone, 0, 4);
	load(filter, ARGUMENT_LOW(0));
	jump(filter, BPF_JSET, CLONE_UNTRACED, 0, 1);
	give(filter, RETURN_TRACE);
	load(filter, CALL_NUMBER);
	give_for_number(filter, __NR_clone3, RETURN_TRACE);
}

static bool in_kernel_allowed(const struct options *options, bool in_kernel)
{
	return in_kernel && !options->record_interposed && options->discovery == DISCOVER_NONE;
}

/* A call must stop in the tracer where one of its rules cannot be answered by the kernel: ERRNO would outrank TRACE. */
static uint32_t rule_return(const struct options *options, const struct rule *rule, bool in_kernel)
{
	if (!in_kernel_allowed(options, in_kernel) || !rule_fits_errno(rule))
		return RETURN_TRACE;
	int64_t value = rule->action == ACTION_VALUE ? rule->value : 0;
	return SECCOMP_RET_ERRNO | (uint32_t)-value;
}

static void emit_rule(struct filter *filter, const struct options *options, const struct rule *rule, bool in_kernel)
{
	uint32_t action = rule_return(options, rule, in_kernel);
	if (rule->test_count == 0) {
		give_for_number(filter, rule->number, action);
		return;
	}
	size_t tests = 0;
	for (size_t i = 0; i < rule->test_count; i++)
		tests += rule->tests[i].mask == UINT32_MAX ? 2 : 3;
	size_t left = tests + 2; /* to behind the last instruction below */
	jump(filter, BPF_JEQ, rule->number, 0, (uint8_t)left);
	for (size_t i = 0; i < rule->test_count; i++) {
		const struct argument_test *test = &rule->tests[i];
		load(filter, ARGUMENT_LOW(test->index));
		left--;
		if (test->mask != UINT32_MAX) {
			emit(filter, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, test->mask));
			left--;
		}
		left--;
		jump(filter, BPF_JEQ, test->value, 0, (uint8_t)(left - 1));
	}
	give(filter, action);
	load(filter, CALL_NUMBER);
}

bool filter_answers(const struct options *options, bool in_kernel)
{
	for (size_t i = 0; in_kernel_allowed(options, in_kernel) && i < options->rules.count; i++)
		if (!options->rules.items[i].path && rule_fits_errno(&options->rules.items[i]))
			return true;
	return false;
}

/* Whether a call has to stop in the tracer each time it is made, even if it was seen before. */
static bool stops_always(const struct options *options, uint32_t number)
{
	/* A filter that the program installs changes how its process is followed. */
	bool filters = options->discovery != DISCOVER_NONE && (number == __NR_seccomp || number == __NR_prctl);
	return filters || rules_mention(&options->rules, number) || argument_choices_mention(&options->arguments, number) ||
	       ((options->record_paths || options->rules.any_path) && path_argument(number) >= 0);
}

void filter_build(struct filter *filter, const struct options *options, const bool seen[CALL_SLOTS], bool in_kernel)
{
	bool observing = options->discovery != DISCOVER_NONE;
	memset(filter, 0, sizeof *filter);
	emit_abi_tests(filter, observing ? RETURN_TRACE : SECCOMP_RET_ALLOW);
	emit_cookie_test(filter);
	emit_clone_tests(filter);
	for (size_t i = 0; i < options->rules.count; i++)
		if (!options->rules.items[i].path)
			emit_rule(filter, options, &options->rules.items[i], in_kernel);
	for (uint32_t number = 0; number < CALL_SLOTS; number++) {
		bool stops = stops_always(options, number);
		filter->allowed[number] = !stops && (!observing || (options->discovery == DISCOVER_NUMBERS && seen[number]));
		if (observing && filter->allowed[number])
			give_for_number(filter, number, SECCOMP_RET_ALLOW);
		if (!observing && stops && !rules_mention(&options->rules, number))
			give_for_number(filter, number, RETURN_TRACE);
	}
	/* A rule whose tests fail leaves the call to what follows. */
	give(filter, observing ? RETURN_TRACE : SECCOMP_RET_ALLOW);
}

void filter_free(struct filter *filter)
{
	free(filter->code);
	filter->code = NULL;
}
