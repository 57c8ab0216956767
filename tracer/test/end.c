// SPDX-License-Identifier: GPL-3.0-or-later
// end STATUS | end signal NUMBER: ends that way.
#include "say.h"
#include <signal.h>

int main(int argc, char **argv) {
  if (argc == 2) return atoi(argv[1]);
  if (argc != 3) return 2;
  int number = atoi(argv[2]);
  signal(number, SIG_DFL);
  kill(getpid(), number);
  pause();
  return 0;
}
