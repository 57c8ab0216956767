// SPDX-License-Identifier: GPL-3.0-or-later
// interposed LABEL [PROGRAM ARGUMENT...]: says what getppid and write return in this program, then execs PROGRAM.
// Copies of it under several paths make chains of considered and ignored programs in one process.
#include "say.h"

int main(int argc, char **argv) {
  say_interposition(argc > 1 ? argv[1] : "program");
  if (argc > 2) {
    execvp(argv[2], argv + 2);
    fail("exec %s", argv[2]);
  }
  return 0;
}
