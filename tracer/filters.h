/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seccomp filters that are injected into considered processes. */
#ifndef LOUPE_FILTERS_H
#define LOUPE_FILTERS_H

#include "options.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The data of our SECCOMP_RET_TRACE: a stop with any other is due to the program's own filter. */
#define FILTER_MARK 0x4c50

/* The sixth argument of the calls that the tracer injects: our own filters let them through, whatever the rules say. */
uint64_t filter_cookie(void);

struct filter {
	struct sock_filter *code;
	size_t length;
	bool allowed[CALL_SLOTS];       /* what it lets through without a stop */
};

/* `seen`: the calls that need no stop (mode numbers). in_kernel: rules may answer by SECCOMP_RET_ERRNO. */
void filter_build(struct filter *filter, const struct options *options, const bool seen[CALL_SLOTS], bool in_kernel);
void filter_free(struct filter *filter);
/* Whether some rule of such a filter is answered in the kernel. */
bool filter_answers(const struct options *options, bool in_kernel);

#endif
