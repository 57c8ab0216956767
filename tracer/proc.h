/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What /proc says of a task. Functions return false (or 0) when the task is gone or hides it; errno says why. */
#ifndef LOUPE_PROC_H
#define LOUPE_PROC_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proc_status {
	pid_t tgid, parent, tracer;
	uid_t user;                     /* effective */
	gid_t group;
	uint64_t peak_resident_kib;     /* VmHWM */
	bool no_new_privileges;
	bool ended;                     /* a zombie, or dying */
	int seccomp_mode;
	int seccomp_filters;            /* -1: this kernel does not count them (before 5.9) */
};

size_t read_file_start(const char *path, void *buffer, size_t size);

bool proc_executable(pid_t tid, char path[PATH_MAX]);    /* without " (deleted)" */
bool proc_executed_path(pid_t tid, char path[PATH_MAX]); /* AT_EXECFN, absolute, "." and ".." folded */
/* The path of argv[1] where argv[0] is as given, absolute and folded; false where it is not, or argv[1] is an option. */
bool proc_operand_path(pid_t tid, const char *name, char path[PATH_MAX]);
bool proc_is_32_bit(pid_t tid);
bool proc_status_read(pid_t tid, struct proc_status *status);
uint64_t proc_resident_kib(pid_t tid);
uint64_t proc_open_descriptors(pid_t tid);
/* Calls `use` for each file that is mapped. */
void proc_mapped_files(pid_t tid, void (*use)(const char *path, void *data), void *data);
/* The directory that a relative path starts from: descriptor -100 (AT_FDCWD) is the working directory. */
bool proc_base_directory(pid_t tid, int descriptor, char path[PATH_MAX]);
/* Calls `use` for each process with its parent. */
void proc_each_process(void (*use)(pid_t pid, pid_t parent, void *data), void *data);

/* Folds "//", "/./" and "/../" of an absolute path, in place. */
void fold_path(char *path);
/* base + "/" + relative, or relative alone when it is absolute; false when it is too long. */
bool join_path(const char *base, const char *relative, char path[PATH_MAX]);

#endif
