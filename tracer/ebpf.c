/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "ebpf.h"
#include "observation.h"
#include "output.h"
#include "util.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_EXECUTABLES 2048
#define MAX_PROCESSES 65536
#define SLOTS CALL_SLOTS                /* calls per executable; the last slot takes what is beyond */
#define INITIAL_PID_NAMESPACE 0xeffffffcu /* PROC_PID_INIT_INO of the kernel's proc_ns.h */

static int processes = -1, counts = -1, program = -1, link_descriptor = -1;

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int make_map(enum bpf_map_type type, uint32_t value_size, uint32_t entries, uint32_t flags)
{
	union bpf_attr attributes = { .map_type = type, .key_size = sizeof(uint32_t), .value_size = value_size, .max_entries = entries, .map_flags = flags };
	return bpf(BPF_MAP_CREATE, &attributes);
}

bool ebpf_allowed(void)
{
	/* Unprivileged users may make maps on some machines, but no tracing program: an array of a privileged kind tells. */
	int map = make_map(BPF_MAP_TYPE_LRU_HASH, sizeof(uint32_t), 1, 0);
	if (map < 0)
		return false;
	close(map);
	return true;
}

#define INSTRUCTION(c, d, s, o, i) ((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define MOVE(d, s) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ALU(op, d, i) INSTRUCTION(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define LOAD(size, d, s, o) INSTRUCTION(BPF_LDX | (size) | BPF_MEM, d, s, o, 0)
#define STORE(size, d, o, s) INSTRUCTION(BPF_STX | (size) | BPF_MEM, d, s, o, 0)
#define JUMP_IF(op, d, i, o) INSTRUCTION(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define CALL(f) INSTRUCTION(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define LOAD_MAP(d, map) INSTRUCTION(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, map), INSTRUCTION(0, 0, 0, 0, 0)

/*
 * counts[executable of this process * SLOTS + min(number, SLOTS - 1)]++, for processes that are followed. The context of the tracepoint
 * sys_enter is { struct pt_regs *, long number }.
 */
static int load_program(char *log, uint32_t log_size)
{
	const struct bpf_insn code[] = {
		LOAD(BPF_DW, BPF_REG_7, BPF_REG_1, 8),
		CALL(BPF_FUNC_get_current_pid_tgid),
		ALU(BPF_RSH, BPF_REG_0, 32),
		STORE(BPF_W, BPF_REG_10, -4, BPF_REG_0),
		LOAD_MAP(BPF_REG_1, processes),
		MOVE(BPF_REG_2, BPF_REG_10),
		ALU(BPF_ADD, BPF_REG_2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		JUMP_IF(BPF_JEQ, BPF_REG_0, 0, 14),
		LOAD(BPF_W, BPF_REG_8, BPF_REG_0, 0),
		JUMP_IF(BPF_JLT, BPF_REG_7, SLOTS - 1, 1),
		INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_7, 0, 0, SLOTS - 1),
		ALU(BPF_MUL, BPF_REG_8, SLOTS),
		INSTRUCTION(BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_8, BPF_REG_7, 0, 0),
		STORE(BPF_W, BPF_REG_10, -4, BPF_REG_8),
		LOAD_MAP(BPF_REG_1, counts),
		MOVE(BPF_REG_2, BPF_REG_10),
		ALU(BPF_ADD, BPF_REG_2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		JUMP_IF(BPF_JEQ, BPF_REG_0, 0, 2),
		INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 1),
		INSTRUCTION(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_0, BPF_REG_1, 0, BPF_ADD),
		INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.insns = (uint64_t)(uintptr_t)code,
		.insn_cnt = sizeof code / sizeof code[0],
		.license = (uint64_t)(uintptr_t)"GPL",
		.log_buf = (uint64_t)(uintptr_t)log,
		.log_size = log_size,
		.log_level = log_size ? 1 : 0,
	};
	return bpf(BPF_PROG_LOAD, &attributes);
}

static int attach_program(void)
{
	union bpf_attr attributes = { .raw_tracepoint = { .name = (uint64_t)(uintptr_t)"sys_enter", .prog_fd = (uint32_t)program } };
	return bpf(BPF_RAW_TRACEPOINT_OPEN, &attributes);
}

const char *ebpf_start(void)
{
	struct stat namespace;
	static char log[65536];
	/* The helper that tells the process speaks of the initial namespace. */
	if (stat("/proc/self/ns/pid", &namespace) != 0 || namespace.st_ino != INITIAL_PID_NAMESPACE)
		return "--discover ebpf works in the initial PID namespace only; use counts or numbers";
	processes = make_map(BPF_MAP_TYPE_HASH, sizeof(uint32_t), MAX_PROCESSES, 0);
	counts = make_map(BPF_MAP_TYPE_ARRAY, sizeof(uint64_t), MAX_EXECUTABLES * SLOTS, BPF_F_MMAPABLE);
	if (processes < 0 || counts < 0)
		return format_string("--discover ebpf: bpf(2) refuses a map (%s); it needs CAP_BPF and CAP_PERFMON", strerror(errno));
	program = load_program(NULL, 0);
	if (program < 0) {
		int error = errno;
		load_program(log, sizeof log);
		return format_string("--discover ebpf: bpf(2) refuses the program (%s); it needs CAP_BPF and CAP_PERFMON %s", strerror(error), log);
	}
	link_descriptor = attach_program();
	if (link_descriptor < 0)
		return format_string("--discover ebpf: the tracepoint sys_enter cannot be used (%s)", strerror(errno));
	return NULL;
}

void ebpf_follow(pid_t tgid, const struct executable *executable)
{
	uint32_t key = (uint32_t)tgid;
	if (!executable || !executable->considered || executable->abi == ABI_COMPAT) {
		ebpf_forget(tgid);
		return;
	}
	uint32_t value = (uint32_t)executable->id;
	union bpf_attr attributes = { .map_fd = (uint32_t)processes, .key = (uint64_t)(uintptr_t)&key, .value = (uint64_t)(uintptr_t)&value, .flags = BPF_ANY };
	if (executable->id >= MAX_EXECUTABLES)
		report_error("bpf", tgid, "more than %d executables; use --discover counts", MAX_EXECUTABLES);
	else if (bpf(BPF_MAP_UPDATE_ELEM, &attributes) != 0)
		report_error("bpf", tgid, "a process cannot be followed: %s; use --discover counts", strerror(errno));
}

void ebpf_forget(pid_t tgid)
{
	uint32_t key = (uint32_t)tgid;
	union bpf_attr attributes = { .map_fd = (uint32_t)processes, .key = (uint64_t)(uintptr_t)&key };
	if (bpf(BPF_MAP_DELETE_ELEM, &attributes) != 0 && errno != ENOENT)
		report_error("bpf", tgid, "a process cannot be forgotten: %s", strerror(errno));
}

void ebpf_collect(void)
{
	size_t size = (size_t)MAX_EXECUTABLES * SLOTS * sizeof(uint64_t);
	close(link_descriptor);
	const uint64_t *values = mmap(NULL, size, PROT_READ, MAP_SHARED, counts, 0);
	if (values == MAP_FAILED)
		die_with_error("cannot read the counts of the eBPF program");
	for (size_t id = 0; id < executable_count() && id < MAX_EXECUTABLES; id++) {
		for (size_t slot = 0; slot < SLOTS; slot++) {
			uint64_t calls = values[id * SLOTS + slot];
			if (calls > 0)
				observe_call(executable_at(id), ABI_NATIVE, slot < SLOTS - 1 ? slot : UINT64_MAX)->calls += calls - 1;
		}
	}
	munmap((void *)(uintptr_t)values, size);
}
