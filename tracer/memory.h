/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of a stopped task. */
#ifndef LOUPE_MEMORY_H
#define LOUPE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

bool memory_read(pid_t tid, uint64_t address, void *buffer, size_t size);
bool memory_write(pid_t tid, uint64_t address, const void *buffer, size_t size);
/* A string of at most size - 1 bytes; false when it is longer or cannot be read. */
bool memory_read_string(pid_t tid, uint64_t address, char *buffer, size_t size);

#endif
