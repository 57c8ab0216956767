# SPDX-License-Identifier: GPL-3.0-or-later
# For MAKEFILES, which make reads first: `override` wins over the makefile's own value, so that what the suite runs before its
# test files is taken from here.
override builddir := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
