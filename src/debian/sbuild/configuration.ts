// SPDX-License-Identifier: GPL-3.0-or-later

/** A string in Perl, in which sbuild's configuration is written (sbuild.conf(5)). */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** What a build with dh_loupe adds to sbuild's configuration. */
export interface SbuildSettings {
  /** Where the chroot is unpacked. */
  readonly scratchDirectory: string;
  /** Options of dh_loupe, as in DEB_LOUPE_OPTIONS. */
  readonly dhLoupeOptions: string;
}

/**
 * A configuration that is read after those of the machine and of the user (SBUILD_CONFIG), so that what they say about mirrors and
 * chroots holds. DH_EXTRA_ADDONS switches the add-on on in a package that does not know it; the hook catches packages that do not use
 * dh, and makes the manifest one of the files that sbuild copies out of the chroot. What would cost time and tells nothing is off.
 */
export function writeConfiguration({ scratchDirectory, dhLoupeOptions }: SbuildSettings): string {
  return `# Made by "loupe build".
$build_environment = {
    %{$build_environment // {}},
    'DH_EXTRA_ADDONS' => join(',', grep { length } ($build_environment // {})->{'DH_EXTRA_ADDONS'}, 'loupe'),
    'DEB_LOUPE_OPTIONS' => ${quote(dhLoupeOptions)},
};
$dpkg_buildpackage_user_options = [
    @{$dpkg_buildpackage_user_options // []},
    '--hook-buildinfo=dh_loupe --after-build',
];
$unshare_tmpdir_template = ${quote(`${scratchDirectory}/chroot.XXXXXXXXXX`)};
$run_lintian = 0;
$run_piuparts = 0;
$run_autopkgtest = 0;
$purge_build_directory = 'always';
$purge_build_deps = 'always';
$purge_session = 'always';
1;
`;
}
