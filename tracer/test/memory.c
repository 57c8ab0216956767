// SPDX-License-Identifier: GPL-3.0-or-later
// memory MEBIBYTES: touches that much memory, gives it back, and ends.
#include "say.h"

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  size_t size = (size_t)atol(argv[1]) << 20;
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  for (size_t i = 0; i < size; i += 4096) memory[i] = 1;
  munmap(memory, size);
  return 0;
}
