// SPDX-License-Identifier: GPL-3.0-or-later
// ignored-parent COUNT CHILD ARGUMENT...: runs CHILD once and then makes one cheap call COUNT times; prints the
// nanoseconds of one call, the child's time shared out over them.
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double read_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  long count = atol(argv[1]);
  int status;
  double start = read_clock();
  pid_t child = fork();
  if (child == 0) {
    execv(argv[2], argv + 2);
    _exit(127);
  }
  if (waitpid(child, &status, 0) != child || status != 0) return 1;
  for (long i = 0; i < count; i++) syscall(SYS_getppid);
  printf("%.3f\n", (read_clock() - start) / (double)count);
  return 0;
}
