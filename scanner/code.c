/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code.h"

#include "vector.h"

#include <capstone/capstone.h>
#include <stdlib.h>
#include <string.h>

struct decoder {
	const struct image *image;
	const struct section *section;
	csh handle;
	cs_insn *insn;
};

static const uint8_t UNKNOWN_REGISTER = NO_REGISTER;

/* The number of a general register of any width; *width in bytes. */
static uint8_t register_number(x86_reg reg, unsigned *width)
{
	static const struct {
		x86_reg names[5];
	} table[REGISTERS] = {
		{ { X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH } },
		{ { X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH } },
		{ { X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH } },
		{ { X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH } },
		{ { X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, X86_REG_INVALID } },
		{ { X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, X86_REG_INVALID } },
		{ { X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, X86_REG_INVALID } },
		{ { X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, X86_REG_INVALID } },
		{ { X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, X86_REG_INVALID } },
		{ { X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, X86_REG_INVALID } },
		{ { X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, X86_REG_INVALID } },
		{ { X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, X86_REG_INVALID } },
		{ { X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, X86_REG_INVALID } },
		{ { X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, X86_REG_INVALID } },
		{ { X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, X86_REG_INVALID } },
		{ { X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, X86_REG_INVALID } },
	};
	static const unsigned widths[] = { 8, 4, 2, 1, 1 };

	for (unsigned number = 0; number < REGISTERS && reg != X86_REG_INVALID; number++)
		for (unsigned form = 0; form < 5; form++)
			if (table[number].names[form] == reg) {
				*width = widths[form];
				return number;
			}
	*width = 0;
	return UNKNOWN_REGISTER;
}

static uint16_t written_registers(struct decoder *decoder)
{
	cs_regs reads, writes;
	uint8_t read_count, write_count;
	uint16_t written = 0;

	if (cs_regs_access(decoder->handle, decoder->insn, reads, &read_count, writes, &write_count) != CS_ERR_OK)
		return 0xffff & ~(1 << RSP);
	for (unsigned i = 0; i < write_count; i++) {
		unsigned width;
		uint8_t number = register_number(writes[i], &width);

		if (number != UNKNOWN_REGISTER)
			written |= 1 << number;
	}
	return written;
}

/* The address that a memory operand means, where it is relative to the instruction or absolute; 0 elsewhere. */
static uint64_t fixed_address(const struct decoder *decoder, const cs_x86_op *operand)
{
	const x86_op_mem *mem = &operand->mem;

	if (operand->type != X86_OP_MEM || mem->index != X86_REG_INVALID || mem->segment != X86_REG_INVALID)
		return 0;
	if (mem->base == X86_REG_RIP)
		return decoder->insn->address + decoder->insn->size + mem->disp;
	return mem->base == X86_REG_INVALID && decoder->image->fixed ? (uint64_t)mem->disp : 0;
}

static bool is_stack(const cs_x86_op *operand)
{
	return operand->type == X86_OP_MEM && operand->mem.base == X86_REG_RSP && operand->mem.index == X86_REG_INVALID &&
	       operand->mem.segment == X86_REG_INVALID;
}

static void decode_flow(struct decoder *decoder, struct instruction *out)
{
	const cs_insn *insn = decoder->insn;
	const cs_x86_op *operand = &insn->detail->x86.operands[0];
	bool direct = insn->detail->x86.op_count == 1 && operand->type == X86_OP_IMM;

	if (cs_insn_group(decoder->handle, insn, CS_GRP_CALL)) {
		out->flow = FLOW_CALL;
	} else if (insn->id == X86_INS_JMP) {
		out->flow = FLOW_JUMP;
	} else if (cs_insn_group(decoder->handle, insn, CS_GRP_JUMP) || insn->id == X86_INS_XBEGIN) {
		out->flow = FLOW_BRANCH;
	} else if (cs_insn_group(decoder->handle, insn, CS_GRP_RET)) {
		out->flow = FLOW_RETURN;
		return;
	} else if (insn->id == X86_INS_UD2 || insn->id == X86_INS_HLT || insn->id == X86_INS_INT3) {
		out->flow = FLOW_END;
		return;
	} else {
		out->flow = FLOW_NEXT;
		return;
	}
	if (direct)
		out->target = operand->imm;
	else if (insn->detail->x86.op_count == 1)
		out->through = fixed_address(decoder, operand);
}

/* Addresses that are named without going there. */
static void decode_names(struct decoder *decoder, struct instruction *out)
{
	const cs_x86 *x86 = &decoder->insn->detail->x86;

	for (unsigned i = 0; i < x86->op_count; i++) {
		const cs_x86_op *operand = &x86->operands[i];
		uint64_t address = fixed_address(decoder, operand);

		if (address && decoder->insn->id == X86_INS_LEA)
			out->names = address;
		else if (address && out->flow == FLOW_NEXT)
			out->loads = address;
		/* Where addresses are fixed, they also stand in the code as numbers. */
		if (operand->type == X86_OP_IMM && decoder->image->fixed && out->flow == FLOW_NEXT)
			out->names = operand->imm;
	}
	if (out->names && !is_code(decoder->image, out->names))
		out->names = 0;
}

static bool decode_move(const cs_x86 *x86, struct instruction *out)
{
	const cs_x86_op *to = &x86->operands[0], *from = &x86->operands[1];
	unsigned to_width = 0, from_width = 0;
	uint8_t dst = to->type == X86_OP_REG ? register_number(to->reg, &to_width) : UNKNOWN_REGISTER;
	uint8_t src = from->type == X86_OP_REG ? register_number(from->reg, &from_width) : UNKNOWN_REGISTER;

	if (is_stack(to) && to->size >= 4) {
		out->value = to->mem.disp;
		out->src = src;
		out->stored = from->type == X86_OP_IMM ? from->imm : 0;
		out->effect = from->type == X86_OP_IMM ? EFFECT_STORE_STACK_SET : EFFECT_STORE_STACK;
		return from->type == X86_OP_IMM || src != UNKNOWN_REGISTER;
	}
	if (dst != UNKNOWN_REGISTER && to_width == 1 && from->type == X86_OP_IMM && dst < RSP && to->reg != X86_REG_AH &&
	    to->reg != X86_REG_BH && to->reg != X86_REG_CH && to->reg != X86_REG_DH) {
		out->effect = EFFECT_SET_BYTE;
		out->dst = dst;
		out->value = from->imm & 0xff;
		return true;
	}
	if (dst == UNKNOWN_REGISTER || to_width < 4)
		return false;
	out->dst = dst;
	if (from->type == X86_OP_IMM) {
		out->effect = EFFECT_SET;
		out->value = from->imm;
		return true;
	}
	if (src != UNKNOWN_REGISTER && from_width >= 4) {
		out->effect = EFFECT_COPY;
		out->src = src;
		return true;
	}
	if (is_stack(from)) {
		out->effect = EFFECT_LOAD_STACK;
		out->value = from->mem.disp;
		return true;
	}
	return false;
}

/* What the instruction does to registers and the stack, as far as numbers of calls pass through them. */
static bool decode_known_effect(const cs_insn *insn, struct instruction *out)
{
	const cs_x86 *x86 = &insn->detail->x86;
	const cs_x86_op *first = &x86->operands[0], *second = &x86->operands[1];
	unsigned width = 0, other_width = 0;
	uint8_t dst = x86->op_count > 0 && first->type == X86_OP_REG ? register_number(first->reg, &width) : UNKNOWN_REGISTER;

	switch (insn->id) {
	case X86_INS_MOV:
	case X86_INS_MOVABS:
		return decode_move(x86, out);
	case X86_INS_MOVSXD:
		return x86->op_count == 2 && second->type == X86_OP_REG && decode_move(x86, out);
	case X86_INS_CDQE:
		/* The lower half, which numbers are in, stays. */
		out->effect = EFFECT_COPY;
		out->dst = out->src = RAX;
		return true;
	case X86_INS_XOR:
	case X86_INS_SUB:
		if (dst != UNKNOWN_REGISTER && width >= 4 && second->type == X86_OP_REG && second->reg == first->reg) {
			out->effect = EFFECT_SET;
			out->dst = dst;
			out->value = 0;
			return true;
		}
		if (insn->id == X86_INS_SUB && dst == RSP && second->type == X86_OP_IMM) {
			out->effect = EFFECT_ADD;
			out->dst = RSP;
			out->value = -second->imm;
			return true;
		}
		return false;
	case X86_INS_OR:
		if (dst != UNKNOWN_REGISTER && width >= 4 && second->type == X86_OP_IMM && second->imm == -1) {
			out->effect = EFFECT_SET;
			out->dst = dst;
			out->value = -1;
			return true;
		}
		return false;
	case X86_INS_ADD:
		if (dst == RSP && second->type == X86_OP_IMM) {
			out->effect = EFFECT_ADD;
			out->dst = RSP;
			out->value = second->imm;
			return true;
		}
		return false;
	case X86_INS_LEA:
		if (dst == RSP && is_stack(second)) {
			out->effect = EFFECT_ADD;
			out->dst = RSP;
			out->value = second->mem.disp;
			return true;
		}
		return false;
	case X86_INS_PUSH:
		if (is_stack(first) && first->size == 8) {
			out->effect = EFFECT_PUSH_STACK;
			out->value = first->mem.disp;
			return true;
		}
		out->src = dst;
		out->stored = first->type == X86_OP_IMM ? first->imm : 0;
		out->effect = first->type == X86_OP_IMM ? EFFECT_PUSH_SET : EFFECT_PUSH;
		return true;
	case X86_INS_POP:
		out->dst = dst;
		out->effect = EFFECT_POP;
		return dst != UNKNOWN_REGISTER;
	case X86_INS_SYSCALL:
		out->effect = EFFECT_SYSCALL;
		out->clobbered = 1 << RAX | 1 << RCX | 1 << R11;
		return true;
	case X86_INS_INT:
		out->effect = EFFECT_SYSCALL_I386;
		out->clobbered = 1 << RAX;
		return first->type == X86_OP_IMM && first->imm == 0x80;
	case X86_INS_SYSENTER:
		out->effect = EFFECT_SYSCALL_I386;
		out->clobbered = 1 << RAX;
		return true;
	case X86_INS_CMOVA: case X86_INS_CMOVAE: case X86_INS_CMOVB: case X86_INS_CMOVBE: case X86_INS_CMOVE:
	case X86_INS_CMOVG: case X86_INS_CMOVGE: case X86_INS_CMOVL: case X86_INS_CMOVLE: case X86_INS_CMOVNE:
	case X86_INS_CMOVNO: case X86_INS_CMOVNP: case X86_INS_CMOVNS: case X86_INS_CMOVO: case X86_INS_CMOVP:
	case X86_INS_CMOVS:
		out->src = second->type == X86_OP_REG ? register_number(second->reg, &other_width) : UNKNOWN_REGISTER;
		out->dst = dst;
		out->effect = EFFECT_MAYBE_COPY;
		return dst != UNKNOWN_REGISTER && out->src != UNKNOWN_REGISTER && width >= 4;
	default:
		return false;
	}
}

/* What a branch behind a comparison tells of a register. */
static void decode_comparison(const cs_insn *insn, struct instruction *out)
{
	const cs_x86_op *first = &insn->detail->x86.operands[0], *second = &insn->detail->x86.operands[1];
	unsigned width = 0;

	if (insn->id == X86_INS_JE)
		out->test = TAKEN_IF_EQUAL;
	else if (insn->id == X86_INS_JNE)
		out->test = PASSED_IF_EQUAL;
	if ((insn->id != X86_INS_CMP && insn->id != X86_INS_TEST) || first->type != X86_OP_REG)
		return;
	out->src = register_number(first->reg, &width);
	if (out->src == UNKNOWN_REGISTER || width < 4)
		return;
	if (insn->id == X86_INS_CMP)
		out->compares = second->type == X86_OP_IMM;
	else
		out->compares = second->type == X86_OP_REG && second->reg == first->reg;
	out->stored = insn->id == X86_INS_CMP ? second->imm : 0;
}

/* A compare or test has operands like a move, and writes none of them. */
static void decode_effect(struct decoder *decoder, struct instruction *out)
{
	if (decode_known_effect(decoder->insn, out))
		return;
	out->effect = EFFECT_CLOBBER;
	out->dst = out->src = NO_REGISTER;
	decode_comparison(decoder->insn, out);
	/* push and pop change the stack pointer even where what they move is not followed. */
	out->clobbered = written_registers(decoder);
}

void decode(struct decoder *decoder, uint64_t address, struct instruction *out)
{
	const struct section *section = decoder->section;
	const uint8_t *code;
	uint64_t at = address;
	size_t left;

	if (!section || address < section->address || address - section->address >= section->size)
		section = decoder->section = find_section(decoder->image, address);
	memset(out, 0, sizeof(*out));
	out->address = address;
	out->size = 1;
	out->dst = out->src = NO_REGISTER;
	if (!section || !section->bytes)
		return;
	code = section->bytes + (address - section->address);
	left = section->size - (address - section->address);
	if (!cs_disasm_iter(decoder->handle, &code, &left, &at, decoder->insn)) {
		size_t size = vector_instruction_size(code, left);

		out->effect = EFFECT_CLOBBER;
		out->clobbered = size > 0 ? 0xffff & ~(1 << RSP) : 0xffff;
		out->size = size > 0 ? size : 1;
		out->undecoded = size == 0;
		return;
	}
	out->size = decoder->insn->size;
	out->padding = decoder->insn->id == X86_INS_NOP || decoder->insn->id == X86_INS_INT3;
	decode_flow(decoder, out);
	decode_names(decoder, out);
	decode_effect(decoder, out);
}

struct decoder *open_decoder(const struct image *image)
{
	struct decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		die(EXIT_ENVIRONMENT, "out of memory");
	decoder->image = image;
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &decoder->handle) != CS_ERR_OK ||
	    cs_option(decoder->handle, CS_OPT_DETAIL, CS_OPT_ON) != CS_ERR_OK ||
	    !(decoder->insn = cs_malloc(decoder->handle)))
		die(EXIT_ENVIRONMENT, "libcapstone cannot disassemble x86-64");
	return decoder;
}

void close_decoder(struct decoder *decoder)
{
	cs_free(decoder->insn, 1);
	cs_close(&decoder->handle);
	free(decoder);
}
