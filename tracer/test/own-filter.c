// SPDX-License-Identifier: GPL-3.0-or-later
// own-filter ACTION [PROGRAM ARGUMENT...]: installs a seccomp filter of its own, says what it sees, and execs PROGRAM.
//   errno  getsid(2) gives EDOM          trace  getsid(2) goes to a tracer that natively is not there: ENOSYS
//   kill   seccomp(2) kills the process  none   no filter: only say what the inherited ones do
#include "say.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static void install(unsigned number, unsigned action) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof code[0], code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) fail("PR_SET_SECCOMP");
}

int main(int argc, char **argv) {
  const char *action = argc > 1 ? argv[1] : "none";
  if (strcmp(action, "errno") == 0) install(SYS_getsid, SECCOMP_RET_ERRNO | EDOM);
  if (strcmp(action, "trace") == 0) install(SYS_getsid, SECCOMP_RET_TRACE | 0x77);
  if (strcmp(action, "kill") == 0) install(SYS_seccomp, SECCOMP_RET_KILL_PROCESS);
  long session = RAW(SYS_getsid);
  // A session leader outside of the pid namespace is 0 here: pid_namespaces(7).
  say("%s getsid=%ld getppid=%s\n", action, session > 0 ? 0 : session, name_getppid());
  if (argc > 2) {
    execv(argv[2], argv + 2);
    fail("exec %s", argv[2]);
  }
  return 0;
}
