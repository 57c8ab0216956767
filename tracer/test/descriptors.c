// SPDX-License-Identifier: GPL-3.0-or-later
// descriptors COUNT: opens that many descriptors and ends with them open.
#include "say.h"

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  for (long left = atol(argv[1]); left > 0; left--)
    if (dup(STDIN_FILENO) < 0) fail("dup");
  return 0;
}
