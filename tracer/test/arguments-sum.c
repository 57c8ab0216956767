// SPDX-License-Identifier: GPL-3.0-or-later
// Says how many arguments arrived, and a sum over all their bytes.
#include "say.h"

int main(int argc, char **argv) {
  unsigned long sum = 0, bytes = 0;
  for (int i = 1; i < argc; i++)
    for (const unsigned char *byte = (const unsigned char *)argv[i]; *byte; byte++, bytes++) sum = sum * 31 + *byte;
  say("%d %lu %lu\n", argc - 1, bytes, sum);
  return 0;
}
