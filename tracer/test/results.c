// SPDX-License-Identifier: GPL-3.0-or-later
// Calls with known numbers of zero, positive and failing results, none of which libc makes by itself at start or end.
#include "say.h"

int main(void) {
  for (int i = 0; i < 7; i++) RAW(SYS_getpgid);                      // positive
  for (int i = 0; i < 5; i++) RAW(SYS_sched_yield);                  // always 0
  for (int i = 0; i < 4; i++) RAW(SYS_rmdir, "/nonexistent/loupe");  // always ENOENT
  for (int i = 0; i < 3; i++) RAW(SYS_dup2, -1L, 900L);              // EBADF
  for (int i = 0; i < 2; i++) RAW(SYS_dup2, 0L, 900L);               // positive
  RAW(SYS_mkdir, "/proc/self", 0755L);                               // EEXIST
  RAW(SYS_mkdir, "/proc/self/x/y", 0755L);                           // ENOENT
  RAW(SYS_mkdir, NULL, 0755L);                                       // EFAULT
  return 0;
}
