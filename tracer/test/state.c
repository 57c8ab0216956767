// SPDX-License-Identifier: GPL-3.0-or-later
// Says what a program inherits: its descriptors, signal masks and dispositions, limits, groups, environment.
#include "say.h"
#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

extern char **environ;

static void say_descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  if (directory == NULL) fail("/proc/self/fd");
  say("descriptors:");
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
    if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory)) say(" %s", entry->d_name);
  say("\n");
  closedir(directory);
}

static void say_status_lines(void) {
  static const char *const wanted[] = {"SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "Cap", "Umask", "Groups", "Uid", "Gid"};
  char line[512];
  FILE *status = fopen("/proc/self/status", "r");
  if (status == NULL) fail("/proc/self/status");
  while (fgets(line, sizeof line, status) != NULL)
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
      if (strncmp(line, wanted[i], strlen(wanted[i])) == 0) say("%s", line);
  fclose(status);
}

int main(int argc, char **argv) {
  char directory[4096];
  int death_signal = 0, variables = 0;
  say("arguments: %d %s\n", argc, argv[0]);
  say_descriptors();
  say_status_lines();
  for (int i = 0; i < RLIM_NLIMITS; i++) {
    struct rlimit limit;
    getrlimit((__rlimit_resource_t)i, &limit);
    say("limit %d: %lu %lu\n", i, (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
  }
  prctl(PR_GET_PDEATHSIG, &death_signal);
  while (environ[variables] != NULL) variables++;
  say("death signal: %d, variables: %d, directory: %s\n", death_signal, variables, getcwd(directory, sizeof directory));
  say("nice: %d, group leader: %d, session leader: %d, dumpable: %d\n", getpriority(PRIO_PROCESS, 0), getpgrp() == getpid(),
      getsid(0) == getpid(), prctl(PR_GET_DUMPABLE));
  return 0;
}
