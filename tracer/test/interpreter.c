// SPDX-License-Identifier: GPL-3.0-or-later
// interpreter LABEL [SCRIPT]: says what getppid and write return, and does nothing with the script: for `#!` lines.
#include "say.h"

int main(int argc, char **argv) {
  say_interposition(argc > 1 ? argv[1] : "interpreter");
  return 0;
}
