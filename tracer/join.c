/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "join.h"
#include "outside.h"
#include "sandbox.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is held of a process before its namespaces are entered. */
struct joined {
	pid_t pid;
	int process;                    /* a descriptor of it (pidfd_open(2)) */
	int root;                       /* its root directory */
};

static const char *refusal(pid_t pid, int error)
{
	if (error == ENOENT || error == ESRCH)
		return format_string("cannot join process %d: there is no such process", pid);
	if (error == EPERM || error == EACCES)
		return format_string("cannot join process %d: its sandbox is not ours (%s)", pid, strerror(error));
	return format_string("cannot join process %d: %s", pid, strerror(error));
}

/* Whether a namespace of the process is another one than ours. False with errno when that cannot be known. */
static bool compare_namespace(pid_t pid, const char *name, bool *differs)
{
	char path[64];
	struct stat ours, theirs;
	snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, name);
	if (stat(path, &theirs) != 0)
		return false;
	snprintf(path, sizeof path, "/proc/self/ns/%s", name);
	if (stat(path, &ours) != 0)
		return false;
	*differs = ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino;
	return true;
}

static const char *enter_namespaces(const struct joined *joined)
{
	bool other_mounts, other_processes, other_user;
	if (!compare_namespace(joined->pid, "mnt", &other_mounts) || !compare_namespace(joined->pid, "pid", &other_processes) ||
	    !compare_namespace(joined->pid, "user", &other_user))
		return refusal(joined->pid, errno);
	/* The process that waits outside of a sandbox has its mounts, and our PIDs. */
	if (!other_mounts || !other_processes)
		return format_string("cannot join process %d: it is in no sandbox", joined->pid);
	/* All at once: the user namespace is what gives an ordinary user the right to enter the others, and it cannot be entered twice. */
	if (setns(joined->process, SANDBOX_NAMESPACES | (other_user ? CLONE_NEWUSER : 0)) != 0)
		return refusal(joined->pid, errno);
	return NULL;
}

/* setns(2) leaves us at the root of the mount namespace, which is not that of a sandbox made below chroot(8). */
static const char *go_to(const struct joined *joined, const char *directory)
{
	if (fchdir(joined->root) != 0 || chroot(".") != 0)
		return refusal(joined->pid, errno);
	if (chdir(directory) != 0)
		return format_string("cannot join process %d: %s, the working directory, is not visible there: %s", joined->pid, directory,
				     strerror(errno));
	return NULL;
}

static const char *hold_process(struct joined *joined)
{
	char root[64];
	/* Held first, so that what is compared and entered later is still the same process. */
	joined->process = (int)syscall(SYS_pidfd_open, joined->pid, 0);
	if (joined->process < 0)
		return refusal(joined->pid, errno);
	snprintf(root, sizeof root, "/proc/%d/root", joined->pid);
	joined->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return joined->root < 0 ? refusal(joined->pid, errno) : NULL;
}

static void let_go(const struct joined *joined)
{
	if (joined->process >= 0)
		close(joined->process);
	if (joined->root >= 0)
		close(joined->root);
}

const char *join_sandbox(pid_t pid)
{
	char directory[PATH_MAX];
	struct joined joined = { .pid = pid, .process = -1, .root = -1 };
	if (!getcwd(directory, sizeof directory))
		return format_string("cannot join process %d: the working directory is gone: %s", pid, strerror(errno));
	const char *problem = hold_process(&joined);
	if (!problem)
		problem = enter_namespaces(&joined);
	if (!problem)
		problem = wait_outside();
	if (!problem)
		problem = go_to(&joined, directory);
	let_go(&joined);
	return problem;
}
