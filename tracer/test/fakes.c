// SPDX-License-Identifier: GPL-3.0-or-later
// fakes CALL: makes one call that would have an effect, and says what it returned and whether the effect is there.
#include "say.h"
#include <sys/socket.h>

static int file, peer, ends[2];
static char hello[] = "hello", world[] = "world!!";
static struct iovec pieces[] = {{hello, 5}, {world, 7}};

static long make_call(const char *call) {
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
  if (strcmp(call, "write") == 0) return RAW(SYS_write, (long)file, hello, 5L);
  if (strcmp(call, "pwrite64") == 0) return RAW(SYS_pwrite64, (long)file, hello, 5L, 0L);
  if (strcmp(call, "writev") == 0) return RAW(SYS_writev, (long)file, pieces, 2L);
  if (strcmp(call, "pwritev") == 0) return RAW(SYS_pwritev, (long)file, pieces, 2L, 0L, 0L);
  if (strcmp(call, "pwritev2") == 0) return RAW(SYS_pwritev2, (long)file, pieces, 2L, 0L, 0L, 0L);
  if (strcmp(call, "sendto") == 0) return RAW(SYS_sendto, (long)ends[0], hello, 5L, 0L, 0L, 0L);
  if (strcmp(call, "sendmsg") == 0) return RAW(SYS_sendmsg, (long)ends[0], &message, 0L);
  if (strcmp(call, "lseek") == 0) return RAW(SYS_lseek, (long)file, 77L, (long)SEEK_SET);
  if (strcmp(call, "close") == 0) return RAW(SYS_close, (long)peer);
  if (strcmp(call, "ftruncate") == 0) return RAW(SYS_ftruncate, (long)file, 99L);
  if (strcmp(call, "getppid") == 0) return RAW(SYS_getppid);
  errno = EINVAL;
  fail("%s", call);
}

// Bytes that arrived in the file or the socket, whether the descriptor is closed, and where the file stands.
static void say_effect(const char *call, long result) {
  char received[64];
  struct stat state;
  fstat(file, &state);
  ssize_t arrived = recv(ends[1], received, sizeof received, MSG_DONTWAIT);
  char line[160];
  int length = snprintf(line, sizeof line, "%s=%ld file=%ld socket=%ld closed=%d offset=%ld\n", call, result, (long)state.st_size,
                        arrived < 0 ? 0L : (long)arrived, fcntl(peer, F_GETFD) < 0, (long)lseek(file, 0, SEEK_CUR));
  // Whichever of the two is not the one under test.
  if (strcmp(call, "writev") == 0)
    RAW(SYS_write, 1L, line, (long)length);
  else
    say("%s", line);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  file = memfd_create("loupe", 0);
  peer = dup(file);
  if (file < 0 || peer < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) fail("set-up");
  say_effect(argv[1], make_call(argv[1]));
  return 0;
}
