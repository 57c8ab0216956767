// SPDX-License-Identifier: GPL-3.0-or-later
// Job control as a shell sees it: a child with a second thread is stopped and continued; while it is stopped, neither
// thread may go on. Prints the same lines with and without a tracer.
#include "say.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

struct shared {
  atomic_long ticks[2];
  atomic_int continued;
};
static struct shared *shared;

static void *tick(void *which) {
  for (;;) {
    shared->ticks[(long)which]++;
    RAW(SYS_getpgid);
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
  return NULL;
}

static void note_continue(int signal) {
  (void)signal;
  shared->continued++;
}

static void run_child(void) {
  pthread_t thread;
  signal(SIGCONT, note_continue);
  if (pthread_create(&thread, NULL, tick, (void *)1L) != 0) _exit(1);
  tick((void *)0L);
}

static void pause_milliseconds(long milliseconds) {
  nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

static int moves(void) {
  long first = shared->ticks[0], second = shared->ticks[1];
  pause_milliseconds(60);
  return (shared->ticks[0] != first) + (shared->ticks[1] != second);
}

static void wait_until_both_move(void) {
  while (shared->ticks[0] == 0 || shared->ticks[1] == 0) pause_milliseconds(1);
}

static void stop_and_continue(pid_t child, int signal) {
  int status;
  kill(child, signal);
  if (waitpid(child, &status, WUNTRACED) != child) fail("WUNTRACED");
  say("stopped=%d", WIFSTOPPED(status) ? WSTOPSIG(status) : -1);
  say(" moving=%d", moves());
  int before = shared->continued;
  kill(child, SIGCONT);
  if (waitpid(child, &status, WCONTINUED) != child) fail("WCONTINUED");
  for (int i = 0; i < 1000 && shared->continued == before; i++) pause_milliseconds(1);
  say(" continued=%d handled=%d moving=%d\n", WIFCONTINUED(status) != 0, shared->continued - before, moves());
}

int main(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) fail("mmap");
  pid_t child = fork();
  if (child == 0) run_child();
  // Its own process group, as a shell does it, or the kernel discards SIGTSTP for an orphaned one.
  setpgid(child, child);
  wait_until_both_move();
  stop_and_continue(child, SIGSTOP);
  stop_and_continue(child, SIGTSTP);
  int status;
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGTERM);
  pause_milliseconds(30);
  say("pending=%d\n", waitpid(child, &status, WNOHANG) == 0);
  kill(child, SIGCONT);
  say("ended=%d\n", wait_for(child));
  return 0;
}
