// SPDX-License-Identifier: GPL-3.0-or-later
// What the test programs print with, and the calls they make without libc in between.
//
// Output goes through writev(2) and nothing else, so that a test can fake or stub write(2) and still read the result.
#ifndef LOUPE_TEST_SAY_H
#define LOUPE_TEST_SAY_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...) {
  char text[8192];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  struct iovec line = {text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1};
  if (syscall(SYS_writev, STDOUT_FILENO, &line, 1) < 0) _exit(111);
}

__attribute__((format(printf, 1, 2), noreturn)) static inline void fail(const char *format, ...) {
  int saved = errno;
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  say("failed: %s: %s\n", text, strerror(saved));
  _exit(112);
}

// The kernel's own answer, -errno included: libc wrappers may retry, cache or rewrite it.
static inline long raw(long number, ...) {
  long a[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(arguments, long);
  va_end(arguments);
  long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  return result == -1 ? -errno : result;
}
#define RAW(...) raw(__VA_ARGS__, 0L, 0L, 0L, 0L, 0L, 0L)

// "real" for what getppid(2) really returns, the number otherwise.
static inline const char *name_getppid(void) {
  static char text[32];
  long result = RAW(SYS_getppid);
  FILE *stat = fopen("/proc/self/stat", "r");
  long parent = -1;
  if (stat == NULL || fscanf(stat, "%*d (%*[^)]) %*c %ld", &parent) != 1) fail("/proc/self/stat");
  fclose(stat);
  if (result == parent) return "real";
  snprintf(text, sizeof text, "%ld", result);
  return text;
}

// One line: what getppid(2) and a write(2) of five bytes return here, and how many bytes arrived in the file.
static inline void say_interposition(const char *label) {
  int file = memfd_create("loupe", 0);
  if (file < 0) fail("memfd_create");
  long written = RAW(SYS_write, (long)file, "hello", 5L);
  struct stat state;
  if (fstat(file, &state) != 0) fail("fstat");
  close(file);
  say("%s getppid=%s write=%ld arrived=%ld\n", label, name_getppid(), written, (long)state.st_size);
}

static inline int wait_for(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
