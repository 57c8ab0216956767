/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "arch.h"

#include <linux/audit.h>
#include <stddef.h>
#include <sys/ptrace.h>

#define RED_ZONE 128            /* System V ABI, AMD64 supplement, section 3.2.2 */
#define X32_BIT 0x40000000u
#define SYSCALL_INSTRUCTION_SIZE 2

const char arch_name[] = "x86_64";
const uint32_t arch_audit = AUDIT_ARCH_X86_64;
const uint32_t arch_other_abi_bit = X32_BIT;

const char *arch_abi_name(enum abi abi)
{
	static const char *const names[ABI_COUNT] = { "x86_64", "i386", "x32" };
	return names[abi];
}

enum abi arch_abi(uint32_t audit_arch, uint64_t number)
{
	if (audit_arch != AUDIT_ARCH_X86_64)
		return ABI_COMPAT;
	/* -1 has the bit too, but is no x32 call. */
	return number != UINT64_MAX && (number & X32_BIT) ? ABI_OTHER : ABI_NATIVE;
}

bool arch_read_registers(pid_t tid, struct arch_registers *registers)
{
	return ptrace(PTRACE_GETREGS, tid, NULL, &registers->user) == 0;
}

bool arch_write_registers(pid_t tid, const struct arch_registers *registers)
{
	return ptrace(PTRACE_SETREGS, tid, NULL, &registers->user) == 0;
}

uint64_t arch_argument(const struct arch_registers *registers, int index)
{
	const struct user_regs_struct *user = &registers->user;
	const uint64_t arguments[CALL_ARGUMENTS] = { user->rdi, user->rsi, user->rdx, user->r10, user->r8, user->r9 };
	return arguments[index];
}

void arch_set_argument(struct arch_registers *registers, int index, uint64_t value)
{
	struct user_regs_struct *user = &registers->user;
	switch (index) {
	case 0: user->rdi = value; break;
	case 1: user->rsi = value; break;
	case 2: user->rdx = value; break;
	case 3: user->r10 = value; break;
	case 4: user->r8 = value; break;
	default: user->r9 = value; break;
	}
}

void arch_restore_argument(struct arch_registers *registers, int index, uint64_t value)
{
	arch_set_argument(registers, index, value);
}

uint64_t arch_scratch_stack(const struct arch_registers *registers, uint64_t size)
{
	return (registers->user.rsp - RED_ZONE - size) & ~(uint64_t)15;
}

bool arch_skip_call(pid_t tid, struct arch_registers *registers, int64_t result)
{
	registers->user.orig_rax = (uint64_t)-1;
	registers->user.rax = (uint64_t)result;
	return arch_write_registers(tid, registers);
}

bool arch_replace_call(pid_t tid, struct arch_registers *registers, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS])
{
	registers->user.orig_rax = number;
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		arch_set_argument(registers, i, arguments[i]);
	return arch_write_registers(tid, registers);
}

bool arch_restart_original_call(pid_t tid, const struct arch_registers *original)
{
	struct arch_registers registers = *original;
	registers.user.rax = registers.user.orig_rax;
	registers.user.rip -= SYSCALL_INSTRUCTION_SIZE;
	registers.user.orig_rax = (uint64_t)-1; /* no call to be restarted by the kernel */
	return arch_write_registers(tid, &registers);
}
