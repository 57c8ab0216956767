// SPDX-License-Identifier: GPL-3.0-or-later
// seccomp-prctl COUNT: says what seccomp(2) and prctl(2) return, and execs itself COUNT times.
#include "say.h"
#include <linux/seccomp.h>
#include <sys/prctl.h>

int main(int argc, char **argv) {
  unsigned action = SECCOMP_RET_ERRNO;
  char name[16], count[24];
  long left = argc > 1 ? atol(argv[1]) : 0;
  say("seccomp=%ld prctl=%ld getppid=%s\n", RAW(SYS_seccomp, (long)SECCOMP_GET_ACTION_AVAIL, 0L, &action),
      RAW(SYS_prctl, (long)PR_GET_NAME, name), name_getppid());
  if (left > 0) {
    snprintf(count, sizeof count, "%ld", left - 1);
    execl(argv[0], argv[0], count, (char *)NULL);
    fail("exec");
  }
  return 0;
}
