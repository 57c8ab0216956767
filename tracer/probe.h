/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this kernel and this user may do, found out by trying. */
#ifndef LOUPE_PROBE_H
#define LOUPE_PROBE_H

#include <stdbool.h>

struct capabilities {
	bool suspend;                   /* PTRACE_O_SUSPEND_SECCOMP is allowed */
	bool bpf;                       /* bpf(2) is allowed */
	int inherited_filters;          /* seccomp filters that the tracer, and so all that it starts, runs under (containers) */
	const char *obstacle;           /* NULL: tracing works; otherwise the sentence that names the setting */
};

void probe_kernel(struct capabilities *capabilities);

#endif
