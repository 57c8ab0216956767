// SPDX-License-Identifier: GPL-3.0-or-later
// Calls numbers that no kernel has: they must be recorded by number and answered with ENOSYS.
#include "say.h"

int main(void) {
  say("%ld %ld\n", RAW(999L), RAW(100000L));
  return 0;
}
