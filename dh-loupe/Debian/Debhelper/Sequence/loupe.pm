#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The debhelper add-on "loupe": runs dh_loupe after the package's test step.
#
#   in debian/control:                 Build-Depends: dh-sequence-loupe
#   or in debian/rules:                dh $@ --with loupe
#   or, package untouched:             DH_EXTRA_ADDONS=loupe dpkg-buildpackage ...
#   from a checkout, in addition:      PERL5LIB=<checkout>/dh-loupe PATH=<checkout>/bin:$PATH
#
# It also works as a conditional add-on (Build-Depends-Arch), which may insert commands but not make sequences.

use strict;
use warnings;

# dh_loupe runs the test step again through dh: there it must not be called once more.
insert_after('dh_auto_test', 'dh_loupe') unless $ENV{DH_LOUPE_STEP};

1;
