// SPDX-License-Identifier: GPL-3.0-or-later
// refuse ptrace|kexec_load PROGRAM ARGUMENT...: execs PROGRAM under a filter that answers this call with EPERM and
// allows everything else: a host that forbids tracing, or a container with its default profile.
#include "say.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  unsigned number = strcmp(argv[1], "ptrace") == 0 ? SYS_ptrace : SYS_kexec_load;
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof code[0], code};
  // Root needs no promise to gain no privileges, and a container makes none.
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) fail("PR_SET_SECCOMP");
  }
  execvp(argv[2], argv + 2);
  fail("exec %s", argv[2]);
}
