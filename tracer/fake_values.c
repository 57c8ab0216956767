/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "fake_values.h"
#include "memory.h"

#include <asm/unistd.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* How success looks (the RETURN VALUE sections of section 2 of the manual). */
enum shape { SHAPE_ZERO, SHAPE_ARGUMENT, SHAPE_VECTOR, SHAPE_MESSAGE, SHAPE_OWN_ID };

struct entry {
	uint32_t number;
	enum shape shape;
	int argument;
};

static const struct entry table[] = {
	/* bytes or messages "written": all of them */
	{ __NR_write, SHAPE_ARGUMENT, 2 },
	{ __NR_pwrite64, SHAPE_ARGUMENT, 2 },
	{ __NR_writev, SHAPE_VECTOR, 1 },
	{ __NR_pwritev, SHAPE_VECTOR, 1 },
	{ __NR_pwritev2, SHAPE_VECTOR, 1 },
	{ __NR_vmsplice, SHAPE_VECTOR, 1 },
	{ __NR_sendto, SHAPE_ARGUMENT, 2 },
	{ __NR_sendmsg, SHAPE_MESSAGE, 1 },
	{ __NR_sendmmsg, SHAPE_ARGUMENT, 2 },
	{ __NR_sendfile, SHAPE_ARGUMENT, 3 },
	{ __NR_splice, SHAPE_ARGUMENT, 4 },
	{ __NR_tee, SHAPE_ARGUMENT, 2 },
	{ __NR_copy_file_range, SHAPE_ARGUMENT, 4 },
	{ __NR_getrandom, SHAPE_ARGUMENT, 1 },
	/* the position, address or descriptor that was asked for */
	{ __NR_lseek, SHAPE_ARGUMENT, 1 },
	{ __NR_brk, SHAPE_ARGUMENT, 0 },
	{ __NR_mremap, SHAPE_ARGUMENT, 0 },
	{ __NR_dup3, SHAPE_ARGUMENT, 1 },
#ifdef __NR_dup2
	{ __NR_dup2, SHAPE_ARGUMENT, 1 },
#endif
	{ __NR_set_tid_address, SHAPE_OWN_ID, 0 },
};

static const struct entry *find(uint64_t number)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].number == number)
			return &table[i];
	return NULL;
}

static int64_t vector_length(pid_t tid, uint64_t address, uint64_t count)
{
	struct iovec vector[64];
	uint64_t length = 0;
	if (count > IOV_MAX)
		return -EINVAL;
	while (count > 0) {
		uint64_t part = count < 64 ? count : 64;
		if (!memory_read(tid, address, vector, part * sizeof vector[0]))
			return -EFAULT;
		for (uint64_t i = 0; i < part; i++)
			length += vector[i].iov_len;
		address += part * sizeof vector[0];
		count -= part;
	}
	return length > INT_MAX ? INT_MAX : (int64_t)length;
}

bool fake_value_varies(uint64_t number)
{
	return find(number) != NULL;
}

int64_t fake_value(pid_t tid, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS])
{
	const struct entry *entry = find(number);
	if (!entry)
		return 0;
	switch (entry->shape) {
	case SHAPE_ARGUMENT:
		return (int64_t)arguments[entry->argument];
	case SHAPE_VECTOR:
		return vector_length(tid, arguments[entry->argument], arguments[entry->argument + 1]);
	case SHAPE_MESSAGE: {
		struct msghdr message;
		if (!memory_read(tid, arguments[entry->argument], &message, sizeof message))
			return -EFAULT;
		return vector_length(tid, (uint64_t)(uintptr_t)message.msg_iov, message.msg_iovlen);
	}
	case SHAPE_OWN_ID:
		return tid;
	default:
		return 0;
	}
}
