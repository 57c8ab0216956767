/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "proc.h"
#include "memory.h"
#include "util.h"

#include <ctype.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DELETED " (deleted)"

size_t read_file_start(const char *path, void *buffer, size_t size)
{
	/* O_NONBLOCK: the path may be a FIFO. */
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return 0;
	size_t done = 0;
	while (done < size) {
		ssize_t part = read(descriptor, (char *)buffer + done, size - done);
		if (part <= 0)
			break;
		done += (size_t)part;
	}
	close(descriptor);
	return done;
}

static size_t read_proc(pid_t tid, const char *file, void *buffer, size_t size)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", tid, file);
	return read_file_start(path, buffer, size);
}

static bool read_link(pid_t tid, const char *file, char path[PATH_MAX])
{
	char link[64];
	snprintf(link, sizeof link, "/proc/%d/%s", tid, file);
	ssize_t length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return true;
}

void fold_path(char *path)
{
	char *out = path;
	const char *in = path;
	while (*in) {
		while (*in == '/')
			in++;
		size_t length = strcspn(in, "/");
		if (length == 2 && in[0] == '.' && in[1] == '.') {
			while (out > path && *--out != '/')
				;
		} else if (length > 0 && !(length == 1 && in[0] == '.')) {
			*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

bool join_path(const char *base, const char *relative, char path[PATH_MAX])
{
	int length = relative[0] == '/' ? snprintf(path, PATH_MAX, "%s", relative) : snprintf(path, PATH_MAX, "%s/%s", base, relative);
	/* The base of a pipe or a socket is no directory: "pipe:[5]". */
	if (length >= PATH_MAX || path[0] != '/')
		return false;
	fold_path(path);
	return true;
}

bool proc_executable(pid_t tid, char path[PATH_MAX])
{
	if (!read_link(tid, "exe", path))
		return false;
	/* A file may be called so in earnest. */
	size_t length = strlen(path), suffix = strlen(DELETED);
	struct stat status;
	if (length > suffix && strcmp(path + length - suffix, DELETED) == 0 && lstat(path, &status) != 0)
		path[length - suffix] = '\0';
	return true;
}

bool proc_base_directory(pid_t tid, int descriptor, char path[PATH_MAX])
{
	char file[32];
	if (descriptor == AT_FDCWD)
		return read_link(tid, "cwd", path);
	snprintf(file, sizeof file, "fd/%d", descriptor);
	return read_link(tid, file, path);
}

bool proc_executed_path(pid_t tid, char path[PATH_MAX])
{
	unsigned long vector[128];
	size_t words = read_proc(tid, "auxv", vector, sizeof vector) / sizeof vector[0];
	for (size_t i = 0; i + 1 < words && vector[i] != AT_NULL; i += 2) {
		char name[PATH_MAX], base[PATH_MAX];
		if (vector[i] != AT_EXECFN)
			continue;
		if (!memory_read_string(tid, vector[i + 1], name, sizeof name) || starts_with(name, "/dev/fd/"))
			return false;
		base[0] = '\0';
		if (name[0] != '/' && !proc_base_directory(tid, AT_FDCWD, base))
			return false;
		return join_path(base, name, path);
	}
	return false;
}

bool proc_operand_path(pid_t tid, const char *name, char path[PATH_MAX])
{
	char words[PATH_MAX + 64], base[PATH_MAX] = "";
	size_t length = read_proc(tid, "cmdline", words, sizeof words - 1);
	words[length] = '\0';
	const char *operand = words + strlen(words) + 1;
	if (strcmp(words, name) != 0 || operand >= words + length || operand[0] == '-' || operand[0] == '\0')
		return false;
	if (operand[0] != '/' && !proc_base_directory(tid, AT_FDCWD, base))
		return false;
	return join_path(base, operand, path);
}

bool proc_is_32_bit(pid_t tid)
{
	unsigned char header[EI_NIDENT];
	return read_proc(tid, "exe", header, sizeof header) == sizeof header && memcmp(header, ELFMAG, SELFMAG) == 0 &&
	       header[EI_CLASS] == ELFCLASS32;
}

static uint64_t status_field(const char *text, const char *name, uint64_t missing)
{
	const char *line = strstr(text, name);
	return line ? strtoull(line + strlen(name), NULL, 10) : missing;
}

/* "Uid:\treal\teffective\t..." */
static unsigned effective_id(const char *text, const char *name)
{
	const char *line = strstr(text, name);
	unsigned id;
	return line && sscanf(line + strlen(name), " %*u %u", &id) == 1 ? id : 0;
}

bool proc_status_read(pid_t tid, struct proc_status *status)
{
	/* Before what we look for comes a list of up to 65,536 groups (NGROUPS_MAX of <linux/limits.h>), "4294967294 " the longest. */
	static char text[1 << 20];
	size_t length = read_proc(tid, "status", text, sizeof text - 1);
	text[length] = '\0';
	status->tgid = (pid_t)status_field(text, "\nTgid:", 0);
	status->parent = (pid_t)status_field(text, "\nPPid:", 0);
	status->tracer = (pid_t)status_field(text, "\nTracerPid:", 0);
	status->user = effective_id(text, "\nUid:");
	status->group = effective_id(text, "\nGid:");
	status->peak_resident_kib = status_field(text, "\nVmHWM:", 0);
	const char *state = strstr(text, "\nState:\t");
	status->ended = state && strchr("ZX", state[8]) != NULL;
	status->no_new_privileges = status_field(text, "\nNoNewPrivs:", 0) != 0;
	status->seccomp_mode = (int)status_field(text, "\nSeccomp:", 0);
	status->seccomp_filters = (int)status_field(text, "\nSeccomp_filters:", (uint64_t)-1);
	return length > 0 && status->tgid > 0;
}

uint64_t proc_resident_kib(pid_t tid)
{
	char text[128];
	unsigned long size, resident;
	size_t length = read_proc(tid, "statm", text, sizeof text - 1);
	text[length] = '\0';
	if (sscanf(text, "%lu %lu", &size, &resident) != 2)
		return 0;
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

uint64_t proc_open_descriptors(pid_t tid)
{
	char path[64];
	struct stat status;
	snprintf(path, sizeof path, "/proc/%d/fd", tid);
	if (stat(path, &status) == 0 && status.st_size > 0)
		return (uint64_t)status.st_size; /* Linux 6.2 and later */
	DIR *directory = opendir(path);
	if (!directory)
		return 0;
	uint64_t count = 0;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count > 2 ? count - 2 : 0;
}

void proc_mapped_files(pid_t tid, void (*use)(const char *path, void *data), void *data)
{
	char name[64], *line = NULL;
	size_t size = 0;
	snprintf(name, sizeof name, "/proc/%d/maps", tid);
	FILE *maps = fopen(name, "re");
	if (!maps)
		return;
	while (getline(&line, &size, maps) > 0) {
		char *path = strchr(line, '/');
		if (!path)
			continue;
		path[strcspn(path, "\n")] = '\0';
		size_t length = strlen(path), suffix = strlen(DELETED);
		if (length > suffix && strcmp(path + length - suffix, DELETED) == 0)
			path[length - suffix] = '\0';
		use(path, data);
	}
	free(line);
	fclose(maps);
}

static pid_t parent_of(pid_t pid)
{
	char text[512];
	size_t length = read_proc(pid, "stat", text, sizeof text - 1);
	text[length] = '\0';
	/* The name, in parentheses, may hold anything. */
	const char *end = strrchr(text, ')');
	int parent;
	return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

void proc_each_process(void (*use)(pid_t pid, pid_t parent, void *data), void *data)
{
	DIR *directory = opendir("/proc");
	if (!directory)
		return;
	struct dirent *entry;
	while ((entry = readdir(directory))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		use(pid, parent_of(pid), data);
	}
	closedir(directory);
}
