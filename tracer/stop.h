/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What PTRACE_GET_SYSCALL_INFO says of a stop: struct ptrace_syscall_info of the kernel's <linux/ptrace.h>, which cannot be included
 * beside the C library's <sys/ptrace.h>.
 */
#ifndef LOUPE_STOP_H
#define LOUPE_STOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>

struct syscall_stop {
	uint8_t op;                     /* PTRACE_SYSCALL_INFO_* */
	uint8_t pad[3];
	uint32_t arch;                  /* AUDIT_ARCH_* */
	uint64_t instruction_pointer;
	uint64_t stack_pointer;
	union {
		struct {
			uint64_t nr;
			uint64_t args[6];
		} entry;
		struct {
			int64_t rval;
			uint8_t is_error;
		} exit;
		struct {
			uint64_t nr;
			uint64_t args[6];
			uint32_t ret_data;
		} seccomp;
	};
};

/* False, with errno, when the task is gone (ESRCH) or the kernel does not know the request (EIO). */
static inline bool read_stop(pid_t tid, struct syscall_stop *stop)
{
	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof *stop, stop) >= 0;
}

#endif
