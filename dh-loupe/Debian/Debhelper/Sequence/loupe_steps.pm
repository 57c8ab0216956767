#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The debhelper add-on "loupe-steps": private sequences, used by dh_loupe alone (through DH_EXTRA_ADDONS).
#
#   loupe-test      the package's whole test step, hook targets included
#   loupe-install   the steps that fill debian/<package>, for a scratch copy of the build tree
#
# They are not part of the add-on "loupe", because a conditional add-on (Build-Depends-Arch) may not make sequences.

use strict;
use warnings;

add_command('dh_auto_test', 'loupe-test');

# add_command puts each one before those that are already there.
add_command($_, 'loupe-install') for qw(dh_install dh_auto_install dh_installdirs dh_prep);

1;
