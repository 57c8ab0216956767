/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Test scripts of Automake's parallel harness: each is run by a driver that gets the name of the file that receives its results ("Command-line
 * arguments for test drivers", Automake's manual). What the driver was started with is all that it takes to run the script again alone.
 */
#ifndef LOUPE_TEST_SCRIPT_H
#define LOUPE_TEST_SCRIPT_H

#include <stdbool.h>
#include <sys/types.h>

struct test_script;

/*
 * The script that a process runs in once it has executed a program: a new one where the program is a driver, else the `current` one of the process
 * (NULL: none).
 */
struct test_script *test_script_after_exec(pid_t tid, pid_t tgid, struct test_script *current);
/* A considered program is executed in the script, and so in the one that it is part of. */
void test_script_consider(struct test_script *script);
/* A process has ended that ran in the script, and a considered program or another one. */
void test_script_process_ended(struct test_script *script, pid_t tgid, bool considered);
/* A line for each, in the order in which they were started; times since `started`. */
void test_scripts_report(double started);

#endif
