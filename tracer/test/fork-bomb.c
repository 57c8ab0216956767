// SPDX-License-Identifier: GPL-3.0-or-later
// fork-bomb LIVING: every process forks as long as fewer than LIVING live (the cap protects the machine), half of them
// end at once so that new ones keep coming, in sessions of their own, and none listens to SIGTERM. Only the death of
// them all at the same time ends it.
#include "say.h"
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  int cap = atoi(argv[1]);
  atomic_int *living = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (living == MAP_FAILED) fail("mmap");
  signal(SIGTERM, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  *living = 1;
  for (unsigned round = 0;; round++) {
    if (atomic_fetch_add(living, 1) >= cap) {
      atomic_fetch_sub(living, 1);
      nanosleep(&(struct timespec){0, 2000000}, NULL);
      continue;
    }
    pid_t child = fork();
    if (child < 0) atomic_fetch_sub(living, 1);
    if (child == 0) {
      if (round % 2 == 1) {
        atomic_fetch_sub(living, 1);
        _exit(0);
      }
      setsid();
    }
  }
}
