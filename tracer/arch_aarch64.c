/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled by `make aarch64`; it has not been run on such a machine. */
#define _GNU_SOURCE
#include "arch.h"

#include <elf.h>
#include <linux/audit.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define SVC_INSTRUCTION_SIZE 4
#define NUMBER_REGISTER 8

const char arch_name[] = "aarch64";
const uint32_t arch_audit = AUDIT_ARCH_AARCH64;
const uint32_t arch_other_abi_bit = 0;

const char *arch_abi_name(enum abi abi)
{
	static const char *const names[ABI_COUNT] = { "aarch64", "arm", "other" };
	return names[abi];
}

enum abi arch_abi(uint32_t audit_arch, uint64_t number)
{
	(void)number;
	return audit_arch == AUDIT_ARCH_AARCH64 ? ABI_NATIVE : ABI_COMPAT;
}

bool arch_read_registers(pid_t tid, struct arch_registers *registers)
{
	struct iovec area = { &registers->user, sizeof registers->user };
	return ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &area) == 0;
}

bool arch_write_registers(pid_t tid, const struct arch_registers *registers)
{
	struct iovec area = { (void *)&registers->user, sizeof registers->user };
	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &area) == 0;
}

/* The kernel takes the number from a register set of its own, not from x8 (ptrace(2), NT_ARM_SYSTEM_CALL). */
static bool set_number(pid_t tid, int number)
{
	struct iovec area = { &number, sizeof number };
	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &area) == 0;
}

uint64_t arch_argument(const struct arch_registers *registers, int index)
{
	return registers->user.regs[index];
}

void arch_set_argument(struct arch_registers *registers, int index, uint64_t value)
{
	registers->user.regs[index] = value;
}

void arch_restore_argument(struct arch_registers *registers, int index, uint64_t value)
{
	if (index != 0)
		arch_set_argument(registers, index, value);
}

uint64_t arch_scratch_stack(const struct arch_registers *registers, uint64_t size)
{
	return (registers->user.sp - size) & ~(uint64_t)15;
}

bool arch_skip_call(pid_t tid, struct arch_registers *registers, int64_t result)
{
	registers->user.regs[0] = (uint64_t)result;
	return arch_write_registers(tid, registers) && set_number(tid, -1);
}

bool arch_replace_call(pid_t tid, struct arch_registers *registers, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS])
{
	registers->user.regs[NUMBER_REGISTER] = number;
	for (int i = 0; i < CALL_ARGUMENTS; i++)
		arch_set_argument(registers, i, arguments[i]);
	return arch_write_registers(tid, registers) && set_number(tid, (int)number);
}

bool arch_restart_original_call(pid_t tid, const struct arch_registers *original)
{
	struct arch_registers registers = *original;
	registers.user.pc -= SVC_INSTRUCTION_SIZE;
	return arch_write_registers(tid, &registers) && set_number(tid, -1);
}
