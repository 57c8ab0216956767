/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "program_start.h"
#include "util.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct words words_read(pid_t tid, const char *file)
{
	struct words words = { NULL, 0 };
	char path[64], *word = NULL;
	size_t size = 0;
	snprintf(path, sizeof path, "/proc/%d/%s", tid, file);
	FILE *stream = fopen(path, "re");
	if (!stream)
		return words;
	while (getdelim(&word, &size, '\0', stream) > 0) {
		words.items = reallocate(words.items, words.count + 1, sizeof *words.items);
		words.items[words.count++] = copy_string(word);
	}
	free(word);
	fclose(stream);
	return words;
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){ NULL, 0 };
}

/* "/dev/null", "pipe:[5]": what a descriptor is open on; empty: nothing. */
static void read_target(pid_t tid, int descriptor, char target[PATH_MAX])
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/fd/%d", tid, descriptor);
	ssize_t length = readlink(path, target, PATH_MAX - 1);
	target[length < 0 ? 0 : length] = '\0';
}

struct descriptor_copies descriptor_copies_read(pid_t tid)
{
	struct descriptor_copies copies = { NULL, 0 };
	char path[64], output[PATH_MAX], error[PATH_MAX], target[PATH_MAX];
	snprintf(path, sizeof path, "/proc/%d/fd", tid);
	DIR *directory = opendir(path);
	if (!directory)
		return copies;
	read_target(tid, STDOUT_FILENO, output);
	read_target(tid, STDERR_FILENO, error);
	struct dirent *entry;
	while ((entry = readdir(directory))) {
		int descriptor = atoi(entry->d_name);
		if (descriptor <= STDERR_FILENO)
			continue;
		read_target(tid, descriptor, target);
		int of = strcmp(target, error) == 0 ? STDERR_FILENO : strcmp(target, output) == 0 ? STDOUT_FILENO : 0;
		if (of == 0 || !target[0])
			continue;
		copies.items = reallocate(copies.items, copies.count + 1, sizeof *copies.items);
		copies.items[copies.count].descriptor = descriptor;
		copies.items[copies.count++].of = of;
	}
	closedir(directory);
	return copies;
}
