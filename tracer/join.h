/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a command in the sandbox of another run: what drives a server has to see the server's network, files and processes. */
#ifndef LOUPE_JOIN_H
#define LOUPE_JOIN_H

#include <sys/types.h>

/*
 * Enters the namespaces of a process and returns in a new process there, in the same working directory; the calling process stays outside
 * (outside.h). NULL, or the sentence that says why the process cannot be joined.
 */
const char *join_sandbox(pid_t pid);

#endif
