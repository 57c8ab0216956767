// SPDX-License-Identifier: GPL-3.0-or-later
// deleted HOW: deletes its own executable and starts it once more by a name that still works: proc (/proc/self/exe)
// or descriptor (fexecve).
#include "say.h"

extern char **environ;

int main(int argc, char **argv) {
  if (argc < 2) {
    say_interposition("again");
    return 0;
  }
  int self = open("/proc/self/exe", O_RDONLY);
  say_interposition("first");
  if (self < 0 || unlink(argv[0]) != 0) fail("unlink %s", argv[0]);
  char *again[] = {argv[0], NULL};
  if (strcmp(argv[1], "proc") == 0) execve("/proc/self/exe", again, environ);
  if (strcmp(argv[1], "descriptor") == 0) fexecve(self, again, environ);
  fail("exec");
}
