/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loupe-tracer: runs a command under observation (docs/tracer-protocol.md). */
#define _GNU_SOURCE
#include "ebpf.h"
#include "join.h"
#include "output.h"
#include "tracer.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

struct start_pipes {
	int go[2];                      /* the tracer says that the child may execute the command */
	int failure[2];                 /* the child says why it could not (errno) */
};

static _Noreturn void execute_command(const struct tracer *tracer, const struct start_pipes *pipes)
{
	char go;
	char **command = tracer->options->command;
	close(pipes->go[1]);
	if (read(pipes->go[0], &go, 1) == 1) {
		sigaction(SIGCHLD, &tracer->original_child, NULL);
		sigprocmask(SIG_SETMASK, &tracer->original_mask, NULL);
		execvp(command[0], command);
		int error = errno;
		if (write(pipes->failure[1], &error, sizeof error) != sizeof error)
			_exit(STATUS_TRACER_FAILED);
	}
	_exit(STATUS_NOT_FOUND);
}

static pid_t start_command(struct tracer *tracer, struct start_pipes *pipes)
{
	if (pipe2(pipes->go, O_CLOEXEC) != 0 || pipe2(pipes->failure, O_CLOEXEC) != 0)
		die_with_error("cannot make a pipe");
	pid_t child = fork();
	if (child < 0)
		die_with_error("cannot start a process");
	if (child == 0)
		execute_command(tracer, pipes);
	close(pipes->go[0]);
	close(pipes->failure[1]);
	if (ptrace(PTRACE_SEIZE, child, NULL, PTRACE_O_EXITKILL) != 0)
		die_with_error("cannot trace the command");
	/* Options beyond the first ones are set at a stop. */
	int status;
	if (ptrace(PTRACE_INTERRUPT, child, NULL, NULL) != 0 || waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
		die_with_error("cannot trace the command");
	struct task *task = task_add(child);
	task_join(task, process_new(child, NULL));
	apply_trace_options(task);
	if (ptrace(PTRACE_CONT, child, NULL, NULL) != 0)
		die_with_error("cannot trace the command");
	return child;
}

static int report_not_executed(const struct options *options, int error)
{
	char *message = format_string("%s cannot be executed: %s", options->command[0], strerror(error));
	report_failure("cannot-execute", message, error);
	free(message);
	return error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

static int exit_status(const struct tracer *tracer)
{
	if (tracer->reason > END_TERMINATED)
		return STATUS_LIMIT;
	return WIFEXITED(tracer->root_status) ? WEXITSTATUS(tracer->root_status) : 128 + WTERMSIG(tracer->root_status);
}

static const char *change_place(const struct options *options)
{
	if (options->sandboxed)
		return sandbox_enter(&options->sandbox);
	return options->joined ? join_sandbox(options->joined) : NULL;
}

static int run(struct tracer *tracer)
{
	struct start_pipes pipes;
	int error = 0;
	/* Orphans become our children, so that none is left behind (prctl(2)). */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		die_with_error("cannot become the reaper of orphans");
	tracer->uses = allocate((tracer->options->rules.count + 1) * sizeof *tracer->uses);
	tracer->root = start_command(tracer, &pipes);
	ending_prepare(tracer);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a report that may not grow is an error with a sentence */
	tracer->started = now();
	if (write(pipes.go[1], "", 1) != 1)
		die_with_error("cannot start the command");
	close(pipes.go[1]);
	follow_command(tracer);
	bool failed = read(pipes.failure[0], &error, sizeof error) == sizeof error;
	close(pipes.failure[0]);
	if (failed)
		return report_not_executed(tracer->options, error);
	if (tracer->options->discovery == DISCOVER_EBPF)
		ebpf_collect();
	untraced_count(tracer);
	report_everything(tracer);
	ending_hold(tracer);
	return exit_status(tracer);
}

int main(int argc, char **argv)
{
	/* Static: in use until the process ends, which a leak checker must be able to see when main() has returned. */
	static struct options options;
	static struct tracer tracer = { .options = &options };
	static const char *obstacle;
	options_parse(&options, argc, argv);
	/* A signal to end must find the handlers that end the tree, not a tracer that has only begun. */
	ending_hold_signals(&tracer);
	output_open(options.output);
	obstacle = change_place(&options);
	if (obstacle) {
		report_failure("environment", obstacle, 0);
		return STATUS_TRACER_FAILED;
	}
	probe_kernel(&tracer.capabilities);
	report_tracer(&tracer);
	obstacle = tracer.capabilities.obstacle;
	if (!obstacle && options.discovery == DISCOVER_EBPF)
		obstacle = ebpf_start();
	if (obstacle) {
		report_failure("environment", obstacle, 0);
		return STATUS_TRACER_FAILED;
	}
	return options.probe_only ? 0 : run(&tracer);
}
