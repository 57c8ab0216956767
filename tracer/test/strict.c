// SPDX-License-Identifier: GPL-3.0-or-later
// strict: says what prctl(PR_SET_SECCOMP) returns for the strict mode.
#include "say.h"
#include <linux/seccomp.h>
#include <sys/prctl.h>

int main(void) {
  long result = RAW(SYS_prctl, (long)PR_SET_SECCOMP, (long)SECCOMP_MODE_STRICT);
  char line[] = "strict=0\n";
  if (result != 0) say("strict=%ld\n", result);
  else if (syscall(SYS_write, STDOUT_FILENO, line, sizeof line - 1) < 0) _exit(111);
  syscall(SYS_exit, 0); // exit_group is not among the calls of the strict mode
}
