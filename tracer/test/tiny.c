// SPDX-License-Identifier: GPL-3.0-or-later
// Calls getpgid(2) three times and ends: the program that is started thousands of times.
#include "say.h"

int main(void) {
  for (int i = 0; i < 3; i++) RAW(SYS_getpgid);
  return 0;
}
