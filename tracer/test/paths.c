// SPDX-License-Identifier: GPL-3.0-or-later
// Opens one pseudo-file under all the names it can have, and says for each what came of it: "read" when bytes came,
// "empty" when the file had none (as /dev/null), -errno otherwise.
#include "say.h"

static void say_open(const char *how, int directory, const char *path) {
  long file = RAW(SYS_openat, (long)directory, path, (long)O_RDONLY);
  if (file < 0) {
    say("%s=%ld\n", how, file);
    return;
  }
  char byte;
  say("%s=%s\n", how, RAW(SYS_read, file, &byte, 1L) == 1 ? "read" : "empty");
  RAW(SYS_close, file);
}

// The kernel reads up to the NUL and no further: so must a tracer that reads a whole buffer.
static const char *at_page_end(const char *path) {
  char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED || munmap(pages + 4096, 4096) != 0) fail("mmap");
  char *place = pages + 4096 - strlen(path) - 1;
  strcpy(place, path);
  return place;
}

static const char *across_pages(const char *path) {
  char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) fail("mmap");
  char *place = pages + 4096 - strlen(path) / 2;
  strcpy(place, path);
  return place;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  char own[64], link[4096];
  snprintf(own, sizeof own, "/proc/%d/status", getpid());
  snprintf(link, sizeof link, "%s/link-to-status", argv[1]);
  if (symlink("/proc/self/status", link) != 0) fail("symlink");
  say_open("absolute", AT_FDCWD, "/proc/self/status");
  say_open("by-pid", AT_FDCWD, own);
  say_open("dots", AT_FDCWD, "/proc/self/../self//./status");
  say_open("symlink", AT_FDCWD, link);
  say_open("page-end", AT_FDCWD, at_page_end("/proc/self/status"));
  say_open("across-pages", AT_FDCWD, across_pages("/proc/self/status"));
  int directory = open("/proc/self", O_RDONLY | O_DIRECTORY);
  say_open("dirfd", directory, "status");
  if (chdir("/proc/self") != 0) fail("chdir");
  say_open("relative", AT_FDCWD, "status");
  say_open("other", AT_FDCWD, "/proc/self/limits");
  say_open("missing", AT_FDCWD, "/proc/self/loupe");
  say_open("ordinary", AT_FDCWD, "/etc/hostname");
  struct stat state;
  say("stat=%ld\n", RAW(SYS_newfstatat, (long)AT_FDCWD, "/proc/self/status", &state, 0L));
  say("access=%ld\n", RAW(SYS_access, "/sys/kernel", (long)R_OK));
  say("null=%ld\n", RAW(SYS_open, (const char *)NULL, 0L));
  return 0;
}
