// SPDX-License-Identifier: GPL-3.0-or-later
// forks COUNT HOW [PROGRAM]: COUNT children in bursts, each of which calls getsid(2) twice and either exits or execs
// PROGRAM. A tracer that loses a child's first stop, or lets it run before its parent's event, miscounts.
#include "say.h"

enum { BURST = 16 };

static void run_child(const char *program) {
  RAW(SYS_getsid);
  RAW(SYS_getsid);
  if (program != NULL) {
    execl(program, program, (char *)NULL);
    _exit(127);
  }
  _exit(0);
}

// vfork(2) in a function of its own: the child shares the frame of its caller.
__attribute__((noinline)) static pid_t start(const char *how, const char *program) {
  pid_t child = strcmp(how, "vfork") == 0 ? vfork() : (pid_t)syscall(SYS_fork);
  if (child == 0) run_child(program);
  return child;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  int count = atoi(argv[1]);
  const char *program = argc > 3 ? argv[3] : NULL;
  for (int done = 0; done < count; done += BURST) {
    for (int i = done; i < done + BURST && i < count; i++)
      if (start(argv[2], program) < 0) fail("%s", argv[2]);
    int status;
    while (waitpid(-1, &status, 0) > 0)
      if (status != 0) fail("a child ended with %x", (unsigned)status);
  }
  return 0;
}
