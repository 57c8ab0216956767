/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between architectures: registers, the way to skip or replace a call, ABIs. */
#ifndef LOUPE_ARCH_H
#define LOUPE_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#define CALL_ARGUMENTS 6

/* The system call interfaces that a process of this machine can use. */
enum abi { ABI_NATIVE, ABI_COMPAT, ABI_OTHER, ABI_COUNT };

extern const char arch_name[];                  /* as uname -m says */
extern const uint32_t arch_audit;               /* AUDIT_ARCH_* of ABI_NATIVE */
extern const uint32_t arch_other_abi_bit;       /* set in the number of a call of ABI_OTHER; 0: there is none */
const char *arch_abi_name(enum abi abi);
enum abi arch_abi(uint32_t audit_arch, uint64_t number);

struct arch_registers {
	struct user_regs_struct user;
};

/* These return false, with errno, when the task is gone (ESRCH) or ptrace refuses. */
bool arch_read_registers(pid_t tid, struct arch_registers *registers);
bool arch_write_registers(pid_t tid, const struct arch_registers *registers);

uint64_t arch_argument(const struct arch_registers *registers, int index);
void arch_set_argument(struct arch_registers *registers, int index, uint64_t value);
/* At an exit stop, where one of the argument registers may hold the result already. */
void arch_restore_argument(struct arch_registers *registers, int index, uint64_t value);
/* An address below everything that the program keeps on its stack (x86-64: its red zone too). */
uint64_t arch_scratch_stack(const struct arch_registers *registers, uint64_t size);

/* At a seccomp or entry stop: the call is not run, its result is `result`. */
bool arch_skip_call(pid_t tid, struct arch_registers *registers, int64_t result);
/* At an entry stop: run this call instead. */
bool arch_replace_call(pid_t tid, struct arch_registers *registers, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS]);
/* At the exit stop of a call that replaced another: `original` are the registers at the entry stop. The program runs its own call anew. */
bool arch_restart_original_call(pid_t tid, const struct arch_registers *original);

#endif
