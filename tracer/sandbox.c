/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sandbox.h"
#include "outside.h"
#include "proc.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const private_directories[] = { "/tmp", "/var/tmp", "/dev/shm" };
enum { PRIVATE_DIRECTORIES = sizeof private_directories / sizeof private_directories[0] };

void path_list_add(struct path_list *list, const char *path)
{
	list->items = reallocate(list->items, list->count + 1, sizeof *list->items);
	list->items[list->count++] = path;
}

static const char *refusal(const char *what)
{
	int error = errno;
	return format_string("no sandbox: %s: %s", what, strerror(error));
}

static bool write_file(const char *path, const char *text)
{
	int descriptor = open(path, O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	bool written = write(descriptor, text, strlen(text)) == (ssize_t)strlen(text);
	int error = errno;
	close(descriptor);
	errno = error;
	return written;
}

/* user_namespaces(7): an ordinary user may map only itself, and must give up setgroups(2) first. */
static const char *enter_user_namespace(void)
{
	char map[64];
	uid_t user = geteuid();
	gid_t group = getegid();
	if (unshare(CLONE_NEWUSER) != 0)
		return refusal("a user namespace is not allowed (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces, "
			       "kernel.apparmor_restrict_unprivileged_userns)");
	snprintf(map, sizeof map, "%u %u 1", user, user);
	if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", map))
		return refusal("the user cannot be mapped into a user namespace");
	snprintf(map, sizeof map, "%u %u 1", group, group);
	if (!write_file("/proc/self/gid_map", map))
		return refusal("the group cannot be mapped into a user namespace");
	return NULL;
}

/* trusted.* attributes, which overlays use otherwise, are for the initial user namespace. */
static bool in_initial_user_namespace(void)
{
	char text[64] = "";
	unsigned inside, outside, count;
	read_file_start("/proc/self/uid_map", text, sizeof text - 1);
	return sscanf(text, "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 && outside == 0 && count == UINT32_MAX;
}

/* What lies in private directories has to be held before they are covered. */
struct held {
	const char *path;
	int descriptor;
	bool directory;
};

static bool hold(struct held *held, const char *path)
{
	struct stat status;
	held->path = path;
	held->descriptor = open(path, O_PATH | O_CLOEXEC);
	if (held->descriptor < 0 || fstat(held->descriptor, &status) != 0)
		return false;
	held->directory = S_ISDIR(status.st_mode);
	return true;
}

static bool make_parents(const char *path)
{
	char partial[PATH_MAX];
	if (snprintf(partial, sizeof partial, "%s", path) >= (int)sizeof partial) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *slash = strchr(partial + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(partial, 0755) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

/* The place where something held comes back, after its private directory was emptied. */
static bool make_mount_point(const struct held *held)
{
	struct stat status;
	if (stat(held->path, &status) == 0)
		return true;
	if (!make_parents(held->path))
		return false;
	if (held->directory)
		return mkdir(held->path, 0755) == 0;
	int descriptor = open(held->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (descriptor >= 0)
		close(descriptor);
	return descriptor >= 0;
}

static bool keep_in_sight(const struct held *held)
{
	char source[64];
	snprintf(source, sizeof source, "/proc/self/fd/%d", held->descriptor);
	return make_mount_point(held) && mount(source, held->path, NULL, MS_BIND | MS_REC, NULL) == 0;
}

static bool mount_overlay(const struct held *lower, int scratch, size_t index)
{
	char name[32], data[256];
	int descriptors[2];
	static const char *const layers[] = { "upper", "work" };
	struct stat status;
	bool initial = in_initial_user_namespace();
	if (fstat(lower->descriptor, &status) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "%zu", index);
		if (mkdirat(scratch, name, 0755) != 0 && errno != EEXIST)
			return false;
		snprintf(name, sizeof name, "%zu/%s", index, layers[i]);
		/* The upper layer's root is what is seen: it has the lower one's mode. */
		if (mkdirat(scratch, name, 0755) != 0 || fchmodat(scratch, name, status.st_mode & 07777, 0) != 0 ||
		    (initial && fchownat(scratch, name, status.st_uid, status.st_gid, 0) != 0))
			return false;
		descriptors[i] = openat(scratch, name, O_PATH | O_CLOEXEC);
		if (descriptors[i] < 0)
			return false;
	}
	/* By descriptors: a path may hold the commas and colons of these options. */
	snprintf(data, sizeof data, "lowerdir=/proc/self/fd/%d,upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d%s", lower->descriptor,
		 descriptors[0], descriptors[1], initial ? ",redirect_dir=on" : ",userxattr");
	bool mounted = make_mount_point(lower) && mount("overlay", lower->path, "overlay", 0, data) == 0;
	int error = errno;
	close(descriptors[0]);
	close(descriptors[1]);
	errno = error;
	return mounted;
}

static const char *cover_private_directories(void)
{
	for (int i = 0; i < PRIVATE_DIRECTORIES; i++) {
		if (mount("tmpfs", private_directories[i], "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0 && errno != ENOENT)
			return refusal("a tmpfs cannot be mounted");
	}
	return NULL;
}

static const char *mount_everything(const struct sandbox *sandbox, struct held *held)
{
	size_t overlays = sandbox->overlays.count, count = overlays + sandbox->kept.count;
	for (size_t i = 0; i < count; i++) {
		const char *path = i < overlays ? sandbox->overlays.items[i] : sandbox->kept.items[i - overlays];
		if (!hold(&held[i], path))
			return format_string("no sandbox: %s: %s", path, strerror(errno));
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return refusal("mounts cannot be made private");
	/* The overlays' upper layers: a memory file system that is covered, and so reached by its descriptor only. */
	if (mount("tmpfs", "/tmp", "tmpfs", 0, "mode=0700") != 0)
		return refusal("a tmpfs cannot be mounted");
	int scratch = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (scratch < 0)
		return refusal("/tmp cannot be opened");
	const char *problem = cover_private_directories();
	for (size_t i = 0; !problem && i < count; i++) {
		bool done = i < overlays ? mount_overlay(&held[i], scratch, i) : keep_in_sight(&held[i]);
		if (!done)
			problem = format_string("no sandbox: %s cannot be mounted: %s", held[i].path, strerror(errno));
		close(held[i].descriptor);
	}
	close(scratch);
	if (problem)
		return problem;
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
		return refusal("/proc cannot be mounted");
	return NULL;
}

static const char *raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return refusal("no socket for the loopback interface");
	bool raised = ioctl(descriptor, SIOCSIFFLAGS, &request) == 0;
	const char *problem = raised ? NULL : refusal("the loopback interface cannot be brought up");
	close(descriptor);
	return problem;
}

/* Interposed programs crash by design: thousands of core files help nobody. */
static void forbid_core_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &limit);
	}
}

const char *sandbox_enter(const struct sandbox *sandbox)
{
	char directory[PATH_MAX];
	const char *problem = NULL;
	if (!getcwd(directory, sizeof directory))
		return refusal("the working directory is gone");
	/* Where root lacks CAP_SYS_ADMIN (containers), a user namespace is the way for it, too. */
	if (geteuid() != 0 || unshare(SANDBOX_NAMESPACES) != 0) {
		problem = enter_user_namespace();
		if (!problem && unshare(SANDBOX_NAMESPACES) != 0)
			problem = refusal("namespaces are not allowed");
	}
	if (!problem)
		problem = wait_outside();
	struct held *held = allocate((sandbox->overlays.count + sandbox->kept.count + 1) * sizeof *held);
	if (!problem)
		problem = mount_everything(sandbox, held);
	free(held);
	if (!problem)
		problem = raise_loopback();
	if (!problem && chdir(directory) != 0)
		problem = refusal("the working directory is not visible in it");
	forbid_core_files();
	return problem;
}
