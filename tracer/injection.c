/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "injection.h"
#include "filters.h"
#include "memory.h"
#include "output.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>

bool injection_needed(const struct process *process, const struct options *options)
{
	struct filter filter;
	bool needed = process->filters == 0;
	if (needed)
		return true;
	filter_build(&filter, options, process->executable->seen, false);
	for (size_t number = 0; number < CALL_SLOTS && !needed; number++)
		needed = process->allowed[number] && !filter.allowed[number];
	filter_free(&filter);
	return needed;
}

void injection_begin(struct task *task)
{
	task->injection = INJECTION_EXEC_RETURNS;
}

/* Writes code and its sock_fprog below the program's stack; 0 when the memory is not there. */
static uint64_t place_filter(pid_t tid, const struct arch_registers *registers, const struct filter *filter)
{
	size_t code_size = filter->length * sizeof filter->code[0];
	struct sock_fprog program = { .len = (unsigned short)filter->length };
	uint64_t address = arch_scratch_stack(registers, code_size + sizeof program);
	program.filter = (struct sock_filter *)(uintptr_t)(address + sizeof program);
	bool written = memory_write(tid, address, &program, sizeof program) &&
		       memory_write(tid, address + sizeof program, filter->code, code_size);
	return written ? address : 0;
}

static bool become_seccomp(struct task *task, const struct options *options, bool in_kernel)
{
	struct filter filter;
	filter_build(&filter, options, task->process->executable->seen, in_kernel);
	uint64_t program = place_filter(task->tid, &task->original, &filter);
	struct process *process = task->process;
	for (size_t number = 0; number < CALL_SLOTS; number++)
		process->allowed[number] = filter.allowed[number] && (process->filters == 0 || process->allowed[number]);
	filter_free(&filter);
	if (!program)
		return false;
	/* SPEC_ALLOW: without it a filter turns on speculation barriers, which slow the whole program. */
	const uint64_t arguments[CALL_ARGUMENTS] = { SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, program, 0, 0, filter_cookie() };
	struct arch_registers registers = task->original;
	return arch_replace_call(task->tid, &registers, __NR_seccomp, arguments);
}

static bool become_no_new_privileges(struct task *task)
{
	const uint64_t arguments[CALL_ARGUMENTS] = { PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, filter_cookie() };
	struct arch_registers registers = task->original;
	return arch_replace_call(task->tid, &registers, __NR_prctl, arguments);
}

static enum injection_result replace_first_call(struct task *task, const struct options *options, const struct syscall_stop *stop,
						bool in_kernel)
{
	bool privileges = task->injection == INJECTION_BEFORE_PRIVILEGES;
	if (stop->arch == arch_audit && arch_read_registers(task->tid, &task->original) &&
	    (privileges ? become_no_new_privileges(task) : become_seccomp(task, options, in_kernel))) {
		task->injection = privileges ? INJECTION_PRIVILEGES : INJECTION_FILTER;
		return INJECTION_CONTINUES;
	}
	task->injection = INJECTION_NONE;
	return INJECTION_IMPOSSIBLE;
}

static enum injection_result finish_call(struct task *task, int64_t result)
{
	enum injection finished = task->injection;
	task->injection = INJECTION_NONE;
	/* Fails only when the task was killed meanwhile. */
	if (!arch_restart_original_call(task->tid, &task->original))
		return INJECTION_REFUSED;
	if (finished == INJECTION_PRIVILEGES && result == 0) {
		task->injection = INJECTION_BEFORE_FILTER;
		return INJECTION_CONTINUES;
	}
	if (finished == INJECTION_FILTER && result == -EACCES) {
		task->injection = INJECTION_BEFORE_PRIVILEGES;
		return INJECTION_CONTINUES;
	}
	if (finished == INJECTION_FILTER && result == 0) {
		task->process->filters++;
		return INJECTION_COMPLETE;
	}
	report_warning("filter-refused", task->tid, "%s: the kernel refused a seccomp filter (%s); each of its calls is stopped instead",
		       task->process->executable->path, strerror((int)-result));
	return INJECTION_REFUSED;
}

enum injection_result injection_advance(struct task *task, const struct options *options, const struct syscall_stop *stop, bool in_kernel)
{
	switch (task->injection) {
	case INJECTION_EXEC_RETURNS:
		if (stop->op == PTRACE_SYSCALL_INFO_EXIT)
			task->injection = INJECTION_BEFORE_FILTER;
		return INJECTION_CONTINUES;
	case INJECTION_BEFORE_PRIVILEGES:
	case INJECTION_BEFORE_FILTER:
		return stop->op == PTRACE_SYSCALL_INFO_ENTRY ? replace_first_call(task, options, stop, in_kernel) : INJECTION_CONTINUES;
	default:
		return stop->op == PTRACE_SYSCALL_INFO_EXIT ? finish_call(task, stop->exit.rval) : INJECTION_CONTINUES;
	}
}
