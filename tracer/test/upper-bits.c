// SPDX-License-Identifier: GPL-3.0-or-later
// Passes int arguments with garbage in the upper half of their registers, which the kernel ignores.
#include "say.h"

#define GARBAGE 0xdeadbeef00000000L

int main(void) {
  int file = memfd_create("loupe", MFD_CLOEXEC);
  if (file < 0) fail("memfd_create");
  say("getfd=%ld getfl=%ld\n", RAW(SYS_fcntl, GARBAGE | file, GARBAGE | F_GETFD),
      RAW(SYS_fcntl, GARBAGE | file, GARBAGE | F_GETFL) & O_ACCMODE);
  return 0;
}
