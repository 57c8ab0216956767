/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The format: Intel SDM, volume 2, sections 2.3 (VEX) and 2.7 (EVEX). */
#include "vector.h"

#include <stdbool.h>

enum { MAP_0F = 1, MAP_0F3A = 3 };

/* ModRM, SIB and displacement. */
static size_t operand_size(const uint8_t *code, size_t left)
{
	uint8_t mod, rm;
	size_t size = 1;

	if (left < 1)
		return 0;
	mod = code[0] >> 6;
	rm = code[0] & 7;
	if (mod == 3)
		return size;
	if (rm == 4) {
		if (left < 2)
			return 0;
		size++;
		if (mod == 0 && (code[1] & 7) == 5)
			return size + 4;
	}
	if (mod == 0 && rm == 5)
		return size + 4;
	return size + (mod == 1 ? 1 : mod == 2 ? 4 : 0);
}

static bool has_immediate(unsigned map, uint8_t opcode)
{
	if (map == MAP_0F3A)
		return true;
	return map == MAP_0F && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 || (opcode >= 0xc4 && opcode <= 0xc6));
}

size_t vector_instruction_size(const uint8_t *code, size_t left)
{
	size_t prefix, operands, size;
	unsigned map;

	if (left < 5)
		return 0;
	switch (code[0]) {
	case 0xc5:
		prefix = 2;
		map = MAP_0F;
		break;
	case 0xc4:
		prefix = 3;
		map = code[1] & 0x1f;
		break;
	case 0x62:
		prefix = 4;
		map = code[1] & 7;
		break;
	default:
		return 0;
	}
	/* vzeroupper and vzeroall have no operands. */
	if (code[0] != 0x62 && map == MAP_0F && code[prefix] == 0x77)
		return prefix + 1;
	operands = operand_size(code + prefix + 1, left - prefix - 1);
	size = prefix + 1 + operands + has_immediate(map, code[prefix]);
	return operands > 0 && map > 0 && size <= left ? size : 0;
}
