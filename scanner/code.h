/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Machine code as far as it matters here: where it goes, which addresses it names, and what it does to registers and the stack. */
#ifndef LOUPE_SCAN_CODE_H
#define LOUPE_SCAN_CODE_H

#include "image.h"

/* The numbers of registers in machine code: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15. */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, REGISTERS = 16, NO_REGISTER = 0xff };

enum flow {
	FLOW_NEXT,
	FLOW_JUMP,	/* to `target`, or somewhere (0) */
	FLOW_BRANCH,	/* to `target`, or on */
	FLOW_CALL,	/* of `target`, or of something (0) */
	FLOW_RETURN,
	FLOW_END,	/* traps */
};

enum effect {
	EFFECT_CLOBBER,		/* registers in `clobbered` get values that nobody knows */
	EFFECT_SET,		/* dst = value */
	EFFECT_SET_BYTE,	/* the lowest byte of dst = value */
	EFFECT_COPY,		/* dst = src */
	EFFECT_MAYBE_COPY,	/* dst = src, or stays */
	EFFECT_ADD,		/* dst += value; only the stack pointer is followed */
	EFFECT_LOAD_STACK,	/* dst = [rsp + value] */
	EFFECT_STORE_STACK,	/* [rsp + value] = src */
	EFFECT_STORE_STACK_SET,	/* [rsp + value] = stored */
	EFFECT_PUSH,		/* src */
	EFFECT_PUSH_SET,	/* stored */
	EFFECT_PUSH_STACK,	/* [rsp + value], of rsp before the push */
	EFFECT_POP,		/* dst */
	EFFECT_SYSCALL,
	EFFECT_SYSCALL_I386,	/* int 0x80: numbers of another table */
};

struct instruction {
	uint64_t address;
	uint64_t target;
	/* Where a jump or call takes its target from: a place in memory that the dynamic linker may fill in. 0: none. */
	uint64_t through;
	/* A code address or the contents of a place that the instruction names without going there. 0: none. */
	uint64_t names, loads;
	int64_t value, stored;
	uint16_t clobbered;
	uint8_t size, flow, effect, dst, src;
	/* It compares src with `stored`, so that a branch right behind it tells whether that is its value. */
	bool compares;
	/* A branch that is taken (or passed by) when what was compared is equal. */
	enum { NO_TEST, TAKEN_IF_EQUAL, PASSED_IF_EQUAL } test;
	/* Bytes that are no instruction that anyone knows. */
	bool undecoded;
	/* A call that never comes back. */
	bool final;
	/* It fills the space before a place that is to be aligned. */
	bool padding;
};

/* Whether what stands behind the instruction may be what runs next. */
static inline bool goes_on(const struct instruction *instruction)
{
	return instruction->flow == FLOW_NEXT || instruction->flow == FLOW_BRANCH ||
	       (instruction->flow == FLOW_CALL && !instruction->final);
}

struct decoder;

struct decoder *open_decoder(const struct image *image);
void close_decoder(struct decoder *decoder);

/* Decodes the instruction at an address; bytes that are none become one of size 1 that is marked as undecoded. */
void decode(struct decoder *decoder, uint64_t address, struct instruction *instruction);

#endif
