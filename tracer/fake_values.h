/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fake table: what a call returns when it only pretends to have worked. */
#ifndef LOUPE_FAKE_VALUES_H
#define LOUPE_FAKE_VALUES_H

#include "arch.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* True when the value depends on the arguments; otherwise it is 0. */
bool fake_value_varies(uint64_t number);
/* The value for these arguments of task `tid`. Memory that cannot be read gives -EFAULT, as the call itself would. */
int64_t fake_value(pid_t tid, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS]);

#endif
