/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "outside.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FORWARD_INTERVAL_NANOSECONDS 100000000

static const char *refusal(const char *what)
{
	int error = errno;
	return format_string("no sandbox: %s: %s", what, strerror(error));
}

/*
 * The first process of a PID namespace ignores signals that it has no handler for yet, so an ending signal is repeated until it works.
 */
static _Noreturn void wait_for(pid_t inner, const sigset_t *forwarded)
{
	static const struct timespec interval = { 0, FORWARD_INTERVAL_NANOSECONDS };
	int ending = 0, status;
	for (;;) {
		int signal = sigtimedwait(forwarded, NULL, &interval);
		if (signal > 0 && signal != SIGCHLD)
			ending = signal;
		if (ending)
			kill(inner, SIGTERM);
		if (waitpid(inner, &status, WNOHANG) == inner)
			break;
	}
	/* At once: nothing that exit() runs could start a process here, as the namespace of our children may have ended. */
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* getppid(2) is 0 whether the parent lives or not, as it is in another PID namespace: the writing end of a pipe tells. */
static bool is_closed(int pipe)
{
	struct pollfd closed = { .fd = pipe };
	return poll(&closed, 1, 0) == 1;
}

const char *wait_outside(void)
{
	sigset_t forwarded, before;
	sigemptyset(&forwarded);
	sigaddset(&forwarded, SIGCHLD);
	sigaddset(&forwarded, SIGTERM);
	sigaddset(&forwarded, SIGINT);
	sigaddset(&forwarded, SIGHUP);
	sigaddset(&forwarded, SIGQUIT);
	int alive[2];
	if (pipe2(alive, O_CLOEXEC) != 0)
		return refusal("cannot make a pipe");
	sigprocmask(SIG_BLOCK, &forwarded, &before);
	pid_t inner = fork();
	if (inner < 0)
		return refusal("cannot start a process");
	if (inner > 0)
		wait_for(inner, &forwarded);
	/* kill -9 of the outer process ends this one, and so everything that it traces, or that is in a namespace of its own. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return refusal("cannot tie the sandbox to its starter");
	close(alive[1]);
	if (is_closed(alive[0]))
		_exit(STATUS_TRACER_FAILED);
	close(alive[0]);
	if (getppid() != 0)
		return "no sandbox: the PID namespace is not another one";
	/* The session and process group from outside would be number 0 in here, which they are nowhere else. */
	setsid();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return NULL;
}
