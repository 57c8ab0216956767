// SPDX-License-Identifier: GPL-3.0-or-later
// threads COUNT ROUNDS: threads that each call getpgid(2) ROUNDS times, and come and go while they do.
#include "say.h"
#include <pthread.h>

static long rounds;

static void *run(void *unused) {
  for (long i = 0; i < rounds; i++) RAW(SYS_getpgid);
  return unused;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  long count = atol(argv[1]);
  rounds = atol(argv[2]);
  for (long done = 0; done < count; done += 4) {
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
      if (pthread_create(&thread[i], NULL, run, NULL) != 0) fail("pthread_create");
    for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
  }
  say("getppid=%s\n", name_getppid());
  return 0;
}
