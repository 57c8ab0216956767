// SPDX-License-Identifier: GPL-3.0-or-later
// daemon MILLISECONDS: leaves a process behind (double fork, setsid) that lives for so long, calls getsid(2) and ends;
// the program itself ends at once with status 0.
#include "say.h"
#include <time.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  long milliseconds = atol(argv[1]);
  pid_t child = fork();
  if (child > 0) return wait_for(child);
  setsid();
  if (fork() > 0) _exit(0);
  close(0);
  close(1);
  close(2);
  nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
  RAW(SYS_getsid);
  return 0;
}
