// SPDX-License-Identifier: GPL-3.0-or-later

/** The text of `dh_loupe --help`. */
export const DH_LOUPE_USAGE = `Usage: dh_loupe [debhelper options] [OPTION]...

Runs the package's test step again and again while system calls of its own programs are stubbed or faked, and writes what
they need to ../SOURCE_VERSION_ARCHITECTURE.loupe.json. It runs after dh_auto_test in packages that use the add-on "loupe":

  Build-Depends: dh-sequence-loupe      in debian/control, or
  dh $@ --with loupe                    in debian/rules, or
  DH_EXTRA_ADDONS=loupe                 in the environment, for packages that are not to be changed

  --consider PATTERN   also consider this program of the suite: a file name, an absolute path or a glob; repeatable
  --observe            one observed run: which system calls are used, without verdicts
  --replicas N         repeat every successful experiment so often (default 3)
  --strategy NAME      how verdicts are searched for: adaptive (default), or exhaustive: every call alone
  --jobs N             runs at the same time (default: as many as make good use of the machine)
  --sub-features       also judge the functions of ioctl, fcntl, mmap and the like
  --pseudo-files       also judge files under /proc, /sys and /dev
  --prior PATH         a manifest, or a directory of manifests, to learn from what to try first; repeatable
  --impact             compare memory and descriptors with the baseline
  --metric PATTERN     compare the number that the suite prints, too: a regular expression with a group for it
  --strict-impact      what changes one of them counts as a failure
  --strict             fail when the outcome is not "analyzed" (with --observe: "observed")
  --time-limit SECONDS for the first run of the test step (default 3600); later runs are limited by its length
  --detach PATTERN     a debugger that the suite runs (strace, gdb): it is let go together with its children; repeatable
  --output FILE        the manifest, instead of ../SOURCE_VERSION_ARCHITECTURE.loupe.json
  --work-dir DIRECTORY logs, results and copies of the tree (default debian/.debhelper/loupe, which dh_clean deletes)
  --after-build        for dpkg-buildpackage --hook-buildinfo: analyze a package that does not use dh, by the lines of debian/rules
                       that run its suite; list the manifest in debian/files, so that .changes names it
  --help, --version

All options that debhelper's commands share are accepted; see debhelper(7). The environment: DEB_LOUPE_OPTIONS adds options
from outside the package, DEB_BUILD_OPTIONS=noloupe switches dh_loupe off, and nocheck means that nothing is tested.

Exit status: 0 done, whatever was found; 3 the machine cannot do it; 25 wrong options or no source package, as in all
debhelper commands. With --strict also 4, when the suite does not let itself be analyzed.
`;
