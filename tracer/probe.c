/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "probe.h"
#include "stop.h"
#include "ebpf.h"
#include "proc.h"
#include "util.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *explain_refusal(pid_t child, int error)
{
	char scope[2] = "";
	struct proc_status own, childs;
	if (read_file_start("/proc/sys/kernel/yama/ptrace_scope", scope, 1) == 1 && scope[0] >= '2')
		return format_string("ptrace is not permitted: kernel.yama.ptrace_scope is %c; set it to 0 or 1 (sysctl)%s", scope[0],
				     scope[0] == '2' ? " or give the tracer CAP_SYS_PTRACE" : " and restart the machine");
	if (proc_status_read(child, &childs) && childs.tracer != 0)
		return format_string("ptrace is not permitted: process %d (strace, gdb?) traces us already; run without it", childs.tracer);
	if (proc_status_read(getpid(), &own) && own.seccomp_mode != 0)
		return "ptrace is not permitted: a seccomp filter of the container or sandbox refuses it (docker: --cap-add=SYS_PTRACE or "
		       "--security-opt seccomp=unconfined)";
	return format_string("ptrace is not permitted: PTRACE_SEIZE of a child answers \"%s\"; the container or a security module forbids it",
			     strerror(error));
}

static void wait_for_death(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

void probe_kernel(struct capabilities *capabilities)
{
	struct proc_status own;
	memset(capabilities, 0, sizeof *capabilities);
	if (proc_status_read(getpid(), &own) && own.seccomp_filters > 0)
		capabilities->inherited_filters = own.seccomp_filters;
	capabilities->bpf = ebpf_allowed();
	pid_t child = fork();
	if (child < 0)
		die_with_error("cannot start a process");
	if (child == 0)
		wait_for_death();
	if (ptrace(PTRACE_SEIZE, child, NULL, PTRACE_O_EXITKILL) != 0) {
		capabilities->obstacle = explain_refusal(child, errno);
	} else {
		/* EPERM: no CAP_SYS_ADMIN in the initial user namespace, or the tracer itself is under a filter (ptrace(2)). */
		int status;
		if (ptrace(PTRACE_INTERRUPT, child, NULL, NULL) == 0 && waitpid(child, &status, __WALL) == child && WIFSTOPPED(status))
			capabilities->suspend = ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL | PTRACE_O_SUSPEND_SECCOMP) == 0;
		struct syscall_stop stop;
		if (!read_stop(child, &stop) && errno == EIO)
			capabilities->obstacle = "this kernel has no PTRACE_GET_SYSCALL_INFO; Linux 5.3 or later is needed";
	}
	kill(child, SIGKILL);
	while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR)
		;
}
