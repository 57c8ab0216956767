// SPDX-License-Identifier: GPL-3.0-or-later
// Vectored calls with known arguments, some with garbage in the upper half of the register.
#include "say.h"

#define GARBAGE 0x1234567800000000L
#define REQUEST 0x5421L  // FIONBIO
#define OTHER 0x541bL    // FIONREAD

int main(void) {
  int number = 0;
  for (int i = 0; i < 3; i++) RAW(SYS_ioctl, -1L, REQUEST, &number);
  RAW(SYS_ioctl, -1L, GARBAGE | REQUEST, &number);
  for (int i = 0; i < 2; i++) RAW(SYS_ioctl, -1L, OTHER, &number);
  RAW(SYS_ioctl, -1L, 0xc0045878L, &number);
  for (int i = 0; i < 2; i++) RAW(SYS_mmap, 0L, 4096L, (long)PROT_EXEC, (long)(MAP_SHARED | MAP_ANONYMOUS), -1L, 0L);
  RAW(SYS_mmap, 0L, 4096L, (long)PROT_EXEC, (long)(MAP_PRIVATE | MAP_ANONYMOUS), -1L, 0L);
  return 0;
}
