// SPDX-License-Identifier: GPL-3.0-or-later
// A 32-bit program without libc: getpid three times, then exit with status 7.
	.globl _start
_start:
	movl $3, %esi
again:
	movl $20, %eax
	int $0x80
	decl %esi
	jnz again
	movl $1, %eax
	movl $7, %ebx
	int $0x80
	.section .note.GNU-stack,"",@progbits
