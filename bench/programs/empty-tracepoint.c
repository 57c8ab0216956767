// SPDX-License-Identifier: GPL-3.0-or-later
// empty-tracepoint COMMAND...: runs the command while an eBPF program that does nothing is attached to the beginning of all
// system calls, the least that watching them by eBPF can cost.
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int attach(void) {
  struct bpf_insn code[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  union bpf_attr load, open;
  int program;

  memset(&load, 0, sizeof(load));
  load.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
  load.insns = (uintptr_t)code;
  load.insn_cnt = sizeof(code) / sizeof(*code);
  load.license = (uintptr_t) "GPL";
  program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
  if (program < 0) return -1;
  memset(&open, 0, sizeof(open));
  open.raw_tracepoint.name = (uintptr_t) "sys_enter";
  open.raw_tracepoint.prog_fd = (uint32_t)program;
  return (int)syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &open, sizeof(open));
}

int main(int argc, char **argv) {
  int status;
  pid_t child;

  if (argc < 2) return 2;
  if (attach() < 0) {
    perror("bpf");
    return 3;
  }
  child = fork();
  if (child == 0) {
    execvp(argv[1], argv + 1);
    _exit(3);
  }
  if (child < 0 || waitpid(child, &status, 0) < 0) {
    perror(argv[1]);
    return 3;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
