// SPDX-License-Identifier: GPL-3.0-or-later
// Signals that arrive while a call waits: interrupted calls, restarted ones, and handlers that make calls themselves.
#include "say.h"
#include <signal.h>
#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t handled;

static void handle(int signal) {
  (void)signal;
  handled++;
  RAW(SYS_getpgid);
}

static void arm(int flags, long microseconds) {
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = handle, .sa_flags = flags}, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, microseconds}}, NULL);
}

int main(void) {
  int ends[2];
  char byte;
  if (pipe(ends) != 0) fail("pipe");
  arm(0, 20000);
  say("read=%ld\n", RAW(SYS_read, (long)ends[0], &byte, 1L));
  pid_t child = fork();
  if (child == 0) {
    nanosleep(&(struct timespec){0, 80000000}, NULL);
    _exit(write(ends[1], "x", 1) != 1);
  }
  arm(SA_RESTART, 20000);
  say("restarted read=%ld\n", RAW(SYS_read, (long)ends[0], &byte, 1L));
  arm(0, 20000);
  say("sleep=%ld\n", RAW(SYS_nanosleep, &(struct timespec){5, 0}, 0L));
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  raise(SIGUSR1);
  int number;
  sigwait(&all, &number);
  say("waited=%d handled=%d child=%d\n", number == SIGUSR1, handled, wait_for(child));
  return 0;
}
