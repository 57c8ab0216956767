// SPDX-License-Identifier: GPL-3.0-or-later
// hot-loop COUNT NAME: makes one cheap call COUNT times and prints the nanoseconds of one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double read_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  long count = atol(argv[1]);
  long number = strcmp(argv[2], "getppid") == 0 ? SYS_getppid : SYS_getuid;
  double start = read_clock();
  for (long i = 0; i < count; i++) syscall(number);
  printf("%.3f\n", (read_clock() - start) / (double)count);
  return 0;
}
