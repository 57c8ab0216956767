// SPDX-License-Identifier: GPL-3.0-or-later
// tsync: one thread installs a filter for all (SECCOMP_FILTER_FLAG_TSYNC) that answers getpgid; another, that has made no
// call meanwhile, says what getpgid returns to it.
#include "say.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>

static atomic_bool installed;

static void *call(void *unused) {
  while (!installed)
    ;
  say("getpgid=%ld\n", RAW(SYS_getpgid));
  return unused;
}

int main(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 33),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof code[0], code};
  pthread_t thread;
  if (pthread_create(&thread, NULL, call, NULL) != 0) fail("pthread_create");
  usleep(50000); // the thread has begun, and waits without a call
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) fail("seccomp");
  installed = 1;
  pthread_join(thread, NULL);
  return 0;
}
