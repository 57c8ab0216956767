// SPDX-License-Identifier: GPL-3.0-or-later
// reexec COUNT PROGRAM OTHER: execs PROGRAM and OTHER (copies of itself) in turn, COUNT times in one process, and says
// what it sees then. Filters only accumulate: one more at every exec would reach the kernel's limit.
#include "say.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  long left = atol(argv[1]);
  RAW(SYS_getpgid);
  if (left == 0) {
    say_interposition("last");
    return 0;
  }
  char count[24];
  snprintf(count, sizeof count, "%ld", left - 1);
  execl(argv[2], argv[2], count, argv[3], argv[2], (char *)NULL);
  fail("exec with %ld left", left);
}
