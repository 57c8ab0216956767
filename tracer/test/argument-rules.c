// SPDX-License-Identifier: GPL-3.0-or-later
// Prints what calls return that differ in one argument only.
#include "say.h"
#include <sys/socket.h>

static const char *name(long result) {
  static char text[24];
  snprintf(text, sizeof text, "%ld", result);
  return result > 2 ? "positive" : text;
}

int main(void) {
  int file = memfd_create("loupe", MFD_CLOEXEC);
  if (file < 0) fail("memfd_create");
  say("fcntl: getfd=%s", name(RAW(SYS_fcntl, (long)file, (long)F_GETFD)));
  say(" getfl=%s", name(RAW(SYS_fcntl, (long)file, (long)F_GETFL)));
  say(" setfd=%s\n", name(RAW(SYS_fcntl, (long)file, (long)F_SETFD, 0L)));
  say("socket: stream=%s", name(RAW(SYS_socket, (long)AF_UNIX, (long)SOCK_STREAM, 0L)));
  say(" stream-cloexec=%s", name(RAW(SYS_socket, (long)AF_UNIX, (long)(SOCK_STREAM | SOCK_CLOEXEC), 0L)));
  say(" datagram=%s", name(RAW(SYS_socket, (long)AF_UNIX, (long)SOCK_DGRAM, 0L)));
  say(" inet-stream=%s\n", name(RAW(SYS_socket, (long)AF_INET, (long)SOCK_STREAM, 0L)));
  return 0;
}
