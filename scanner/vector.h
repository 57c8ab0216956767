/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOUPE_SCAN_VECTOR_H
#define LOUPE_SCAN_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/*
 * The size of an instruction with a VEX or EVEX prefix, or 0 where there is none. None of them jumps, calls, makes a system call
 * or moves the stack pointer, so that nothing else need be known of those that the disassembler does not know.
 */
size_t vector_instruction_size(const uint8_t *code, size_t left);

#endif
