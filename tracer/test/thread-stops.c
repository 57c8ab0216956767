// SPDX-License-Identifier: GPL-3.0-or-later
// thread-stops COUNT: a process that starts threads all the time is stopped and continued COUNT times; says how often one
// of its threads moved while it was stopped, as one would that was born into the stop and let go.
#include "say.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

static atomic_long *moves;

static void *move(void *unused) {
  for (int i = 0; i < 20000; i++) atomic_fetch_add(moves, 1);
  return unused;
}

static void *start_threads(void *unused) {
  for (;;) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, move, NULL) == 0) pthread_join(thread, NULL);
  }
  return unused;
}

static void run_child(void) {
  pthread_t thread;
  for (int i = 0; i < 3; i++)
    if (pthread_create(&thread, NULL, start_threads, NULL) != 0) fail("pthread_create");
  start_threads(NULL);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  moves = mmap(NULL, sizeof *moves, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (moves == MAP_FAILED) fail("mmap");
  pid_t child = fork();
  if (child == 0) run_child();
  int status, moved = 0;
  usleep(20000);
  for (int i = 0; i < atoi(argv[1]); i++) {
    kill(child, SIGSTOP);
    if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)) fail("stop: %x", (unsigned)status);
    long before = *moves;
    usleep(1500);
    moved += *moves != before;
    kill(child, SIGCONT);
    if (waitpid(child, &status, WCONTINUED) != child || !WIFCONTINUED(status)) fail("continue: %x", (unsigned)status);
    usleep(500);
  }
  kill(child, SIGKILL);
  say("moved while stopped: %d\n", moved);
  return wait_for(child) == 128 + SIGKILL ? 0 : 1;
}
