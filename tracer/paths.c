/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "paths.h"
#include "memory.h"
#include "proc.h"
#include "util.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINKS 40 /* as the kernel's own limit (path_resolution(7)) */
#define NO_DIRECTORY (-1)

struct path_call {
	uint32_t number;
	int directory;                  /* the argument that is a directory descriptor, NO_DIRECTORY for none */
	int path;
};

static const struct path_call calls[] = {
	{ __NR_openat, 0, 1 },
	{ __NR_openat2, 0, 1 },
	{ __NR_faccessat, 0, 1 },
	{ __NR_faccessat2, 0, 1 },
	{ __NR_newfstatat, 0, 1 },
	{ __NR_statx, 0, 1 },
	{ __NR_readlinkat, 0, 1 },
	{ __NR_fchmodat, 0, 1 },
	{ __NR_fchownat, 0, 1 },
	{ __NR_mkdirat, 0, 1 },
	{ __NR_mknodat, 0, 1 },
	{ __NR_unlinkat, 0, 1 },
	{ __NR_utimensat, 0, 1 },
	{ __NR_name_to_handle_at, 0, 1 },
	{ __NR_inotify_add_watch, NO_DIRECTORY, 1 },
	{ __NR_chdir, NO_DIRECTORY, 0 },
	{ __NR_chroot, NO_DIRECTORY, 0 },
	{ __NR_truncate, NO_DIRECTORY, 0 },
	{ __NR_statfs, NO_DIRECTORY, 0 },
	{ __NR_getxattr, NO_DIRECTORY, 0 },
	{ __NR_lgetxattr, NO_DIRECTORY, 0 },
	{ __NR_listxattr, NO_DIRECTORY, 0 },
	{ __NR_llistxattr, NO_DIRECTORY, 0 },
	{ __NR_setxattr, NO_DIRECTORY, 0 },
	{ __NR_lsetxattr, NO_DIRECTORY, 0 },
#ifdef __NR_open
	{ __NR_open, NO_DIRECTORY, 0 },
	{ __NR_creat, NO_DIRECTORY, 0 },
	{ __NR_stat, NO_DIRECTORY, 0 },
	{ __NR_lstat, NO_DIRECTORY, 0 },
	{ __NR_access, NO_DIRECTORY, 0 },
	{ __NR_readlink, NO_DIRECTORY, 0 },
	{ __NR_chmod, NO_DIRECTORY, 0 },
	{ __NR_chown, NO_DIRECTORY, 0 },
	{ __NR_lchown, NO_DIRECTORY, 0 },
	{ __NR_mkdir, NO_DIRECTORY, 0 },
	{ __NR_rmdir, NO_DIRECTORY, 0 },
	{ __NR_mknod, NO_DIRECTORY, 0 },
	{ __NR_unlink, NO_DIRECTORY, 0 },
	{ __NR_utime, NO_DIRECTORY, 0 },
	{ __NR_utimes, NO_DIRECTORY, 0 },
	{ __NR_futimesat, 0, 1 },
#endif
};

static const struct path_call *find(uint64_t number)
{
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

int path_argument(uint64_t number)
{
	const struct path_call *call = find(number);
	return call ? call->path : -1;
}

static bool is_under(const char *path, const char *directory)
{
	size_t length = strlen(directory);
	return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool is_pseudo(const char *path)
{
	return is_under(path, "/proc") || is_under(path, "/sys") || is_under(path, "/dev");
}

/*
 * Follows symbolic links from the left until the path enters a pseudo file system: the names inside one are what the program asked for, and
 * following /proc/self here would give the tracer's own.
 */
static bool follow_links(char path[PATH_MAX])
{
	for (int links = 0; links < MAX_LINKS; links++) {
		bool followed = false;
		for (char *end = path + 1; !is_pseudo(path) && *end && !followed; end++) {
			if (end[1] != '/' && end[1] != '\0')
				continue;
			char target[PATH_MAX], rest[PATH_MAX], base[PATH_MAX], joined[PATH_MAX];
			char *after = end + 1;
			char kept = *after;
			*after = '\0';
			ssize_t length = readlink(path, target, sizeof target - 1);
			if (length > 0) {
				target[length] = '\0';
				strcpy(base, path);
				*strrchr(base, '/') = '\0';
				*after = kept;
				strcpy(rest, after);
				if (!join_path(base, target, joined) || strlen(joined) + strlen(rest) >= PATH_MAX)
					return false;
				strcpy(path, joined);
				strcat(path, rest);
				fold_path(path);
				followed = true;
			} else {
				*after = kept;
			}
		}
		if (!followed)
			return true;
	}
	return false;
}

/* /proc/PID and /proc/thread-self are /proc/self, when they are the task's own. */
static void name_own_directory(char path[PATH_MAX], pid_t tid, pid_t tgid)
{
	char *rest;
	if (is_under(path, "/proc/thread-self")) {
		rest = path + strlen("/proc/thread-self");
	} else {
		if (strncmp(path, "/proc/", 6) != 0 || path[6] < '1' || path[6] > '9')
			return;
		long pid = strtol(path + 6, &rest, 10);
		if ((pid != tgid && pid != tid) || (*rest != '/' && *rest != '\0'))
			return;
	}
	memmove(path + strlen("/proc/self"), rest, strlen(rest) + 1);
	memcpy(path, "/proc/self", strlen("/proc/self"));
}

bool pseudo_path(pid_t tid, pid_t tgid, uint64_t number, const uint64_t arguments[CALL_ARGUMENTS], char path[PATH_MAX])
{
	const struct path_call *call = find(number);
	char given[PATH_MAX], base[PATH_MAX];
	if (!call || !memory_read_string(tid, arguments[call->path], given, sizeof given))
		return false;
	base[0] = '\0';
	if (given[0] != '/') {
		int descriptor = call->directory == NO_DIRECTORY ? AT_FDCWD : (int)arguments[call->directory];
		if (!proc_base_directory(tid, descriptor, base))
			return false;
	}
	if (!join_path(base, given, path) || !follow_links(path) || !is_pseudo(path))
		return false;
	name_own_directory(path, tid, tgid);
	return true;
}
