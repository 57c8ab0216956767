/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "memory.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

bool memory_read(pid_t tid, uint64_t address, void *buffer, size_t size)
{
	struct iovec local = { buffer, size };
	struct iovec remote = { (void *)(uintptr_t)address, size };
	return process_vm_readv(tid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

bool memory_write(pid_t tid, uint64_t address, const void *buffer, size_t size)
{
	struct iovec local = { (void *)(uintptr_t)buffer, size };
	struct iovec remote = { (void *)(uintptr_t)address, size };
	return process_vm_writev(tid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

bool memory_read_string(pid_t tid, uint64_t address, char *buffer, size_t size)
{
	/* Page by page: the page after the string's end may not be mapped. */
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t done = 0;
	while (done < size) {
		size_t part = page - (size_t)((address + done) % page);
		if (part > size - done)
			part = size - done;
		if (!memory_read(tid, address + done, buffer + done, part))
			return false;
		if (memchr(buffer + done, '\0', part))
			return true;
		done += part;
	}
	return false;
}
