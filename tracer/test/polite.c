// SPDX-License-Identifier: GPL-3.0-or-later
// Says "ready", and on SIGTERM says "bye" and ends with status 5.
#include "say.h"
#include <signal.h>

static void end(int signal) {
  (void)signal;
  say("bye\n");
  _exit(5);
}

int main(void) {
  signal(SIGTERM, end);
  say("ready\n");
  for (;;) pause();
}
