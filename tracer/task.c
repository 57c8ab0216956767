/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "task.h"
#include "util.h"

#include <stdlib.h>

#define BUCKETS 4096

static struct task *buckets[BUCKETS];
static size_t count;
static uint64_t ever;

static struct task **bucket_of(pid_t tid)
{
	return &buckets[(unsigned)tid % BUCKETS];
}

struct task *task_find(pid_t tid)
{
	struct task *task = *bucket_of(tid);
	while (task && task->tid != tid)
		task = task->next;
	return task;
}

static void insert(struct task *task)
{
	struct task **bucket = bucket_of(task->tid);
	task->next = *bucket;
	*bucket = task;
	count++;
}

static void unlink_task(struct task *task)
{
	struct task **link = bucket_of(task->tid);
	while (*link != task)
		link = &(*link)->next;
	*link = task->next;
	count--;
}

struct task *task_add(pid_t tid)
{
	struct task *task = allocate(sizeof *task);
	task->tid = tid;
	task->held_since = now();
	ever++;
	insert(task);
	return task;
}

void task_remove(struct task *task)
{
	unlink_task(task);
	if (task->process && --task->process->tasks == 0)
		free(task->process);
	free(task->pending.text);
	free(task);
}

void task_join(struct task *task, struct process *process)
{
	task->process = process;
	process->tasks++;
}

void task_renumber(struct task *task, pid_t tid)
{
	unlink_task(task);
	task->tid = tid;
	insert(task);
}

size_t task_count(void)
{
	return count;
}

uint64_t tasks_ever(void)
{
	return ever;
}

void task_each(void (*use)(struct task *task, void *data), void *data)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct task *task = buckets[i]; task; task = task->next)
			use(task, data);
}

struct process *process_new(pid_t tgid, const struct process *parent)
{
	struct process *process = allocate(sizeof *process);
	if (parent)
		*process = *parent;
	process->tgid = tgid;
	process->tasks = 0;
	return process;
}
