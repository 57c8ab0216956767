// SPDX-License-Identifier: GPL-3.0-or-later
// die SIGNAL [thread]: calls getppid(2), getsid(2), and dies of the signal, in a thread if so asked.
#include "say.h"
#include <pthread.h>
#include <signal.h>

static int number;

static void *die(void *unused) {
  (void)unused;
  RAW(SYS_getppid);
  RAW(SYS_getsid);
  signal(number, SIG_DFL);
  syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), number);
  pause();
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  number = atoi(argv[1]);
  if (argc == 2) die(NULL);
  pthread_t thread;
  if (pthread_create(&thread, NULL, die, NULL) != 0) fail("pthread_create");
  pthread_join(thread, NULL);
  return 0;
}
