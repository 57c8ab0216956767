/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run of its own world: mount, PID, network (loopback up, nothing else), IPC and UTS namespaces, private /tmp, /var/tmp and /dev/shm, and
 * overlays over the directories that the command may change. All that is written lies in memory file systems of the namespace, so nothing
 * is left, however the run ends. Root needs no user namespace; an ordinary user gets one that maps the user to itself.
 */
#ifndef LOUPE_SANDBOX_H
#define LOUPE_SANDBOX_H

#include <sched.h>
#include <stddef.h>

#define SANDBOX_NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

struct path_list {
	const char **items;
	size_t count;
};
void path_list_add(struct path_list *list, const char *path);

struct sandbox {
	struct path_list overlays;      /* directories whose changes are thrown away */
	struct path_list kept;          /* files and directories below /tmp, /var/tmp or /dev/shm that stay visible, and writable */
};

/*
 * Returns in a new process, the first one of the new PID namespace; the calling process stays outside (outside.h). NULL, or the sentence
 * that says why this machine does not allow it.
 */
const char *sandbox_enter(const struct sandbox *sandbox);

#endif
