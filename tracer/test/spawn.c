// SPDX-License-Identifier: GPL-3.0-or-later
// spawn HOW PROGRAM ARGUMENT...: says what getppid and write return before and after it starts PROGRAM in the given way.
// Ways: fork, vfork, clone, clone3, posix_spawn, thread (exec from a thread that is not the leader, so there is no
// "after"), execvp and posix_spawnp (for what only a shell can run), child-thread (the same in a forked child), untraced and untraced3 (clone and clone3 with CLONE_UNTRACED).
#include "say.h"
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>

extern char **environ;
// clone3(2)'s structure comes from <linux/sched.h>; <sched.h> would define some of its flags again.
int clone(int (*)(void *), void *, int, void *, ...);

static int exec_program(void *argv) {
  execv(((char **)argv)[0], argv);
  _exit(127);
}

static void *exec_in_thread(void *argv) {
  exec_program(argv);
  return NULL;
}

static void exec_from_thread(char **argv) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, exec_in_thread, argv) != 0) fail("pthread_create");
  pthread_join(thread, NULL);
  fail("exec from a thread");
}

static pid_t start_by_clone(char **argv, int flags) {
  static char stack[256 * 1024] __attribute__((aligned(16)));
  return clone(exec_program, stack + sizeof stack, flags | SIGCHLD, argv);
}

static pid_t start_by_clone3(char **argv, unsigned long long flags) {
  struct clone_args arguments = {.flags = flags, .exit_signal = SIGCHLD};
  pid_t child = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) exec_program(argv);
  return child;
}

static pid_t start(const char *how, char **argv) {
  pid_t child = -1;
  if (strcmp(how, "fork") == 0) {
    child = (pid_t)syscall(SYS_fork);
    if (child == 0) exec_program(argv);
  } else if (strcmp(how, "vfork") == 0) {
    child = vfork();
    if (child == 0) exec_program(argv);
  } else if (strcmp(how, "clone") == 0) {
    child = start_by_clone(argv, 0);
  } else if (strcmp(how, "clone3") == 0) {
    child = start_by_clone3(argv, 0);
  } else if (strcmp(how, "untraced") == 0) {
    child = start_by_clone(argv, CLONE_UNTRACED);
  } else if (strcmp(how, "untraced3") == 0) {
    child = start_by_clone3(argv, CLONE_UNTRACED);
  } else if (strcmp(how, "posix_spawn") == 0) {
    if (posix_spawn(&child, argv[0], NULL, NULL, argv, environ) != 0) fail("posix_spawn");
  } else if (strcmp(how, "posix_spawnp") == 0) {
    errno = posix_spawnp(&child, argv[0], NULL, NULL, argv, environ);
    if (errno != 0) fail("posix_spawnp");
  } else if (strcmp(how, "execvp") == 0) {
    child = fork();
    if (child == 0) {
      execvp(argv[0], argv);
      _exit(127);
    }
  } else if (strcmp(how, "child-thread") == 0) {
    child = fork();
    if (child == 0) exec_from_thread(argv);
  } else {
    errno = EINVAL;
    fail("%s", how);
  }
  if (child < 0) fail("%s", how);
  return child;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  say_interposition("before");
  if (strcmp(argv[1], "thread") == 0) exec_from_thread(argv + 2);
  int status = wait_for(start(argv[1], argv + 2));
  say_interposition("after");
  return status;
}
