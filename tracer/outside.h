/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a tracer that stays outside of a PID namespace, because a process cannot enter one itself: its child does. */
#ifndef LOUPE_OUTSIDE_H
#define LOUPE_OUTSIDE_H

/*
 * Returns in a child, in the PID namespace that was unshared or entered before. The calling process waits for the child, hands it the
 * signals that end a run, and exits with its status; the child does not outlive it. NULL, or the sentence that says what failed.
 */
const char *wait_outside(void);

#endif
