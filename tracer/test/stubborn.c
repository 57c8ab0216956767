// SPDX-License-Identifier: GPL-3.0-or-later
// stubborn [CHILDREN]: ignores every polite signal and never ends; so do its children. Says "ready" when all are there.
#include "say.h"
#include <signal.h>

int main(int argc, char **argv) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
  for (long left = argc > 1 ? atol(argv[1]) : 0; left > 0; left--)
    if (fork() == 0)
      for (;;) pause();
  say("ready\n");
  for (;;) pause();
}
