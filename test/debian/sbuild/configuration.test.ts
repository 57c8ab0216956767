// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { expect, it } from "vitest";
import { writeConfiguration } from "../../../src/debian/sbuild/configuration.js";

const SETTINGS = { scratchDirectory: "/tmp/it's \\ here", dhLoupeOptions: `--consider 'a b' --options "$x"` };

/** Reads the configuration as sbuild does: as Perl, after others that may have set the same variables. */
async function evaluate(before: string): Promise<Record<string, unknown>> {
  const script = `use JSON::PP;
our ($build_environment, $dpkg_buildpackage_user_options, $unshare_tmpdir_template, $run_lintian);
our ($run_piuparts, $run_autopkgtest, $purge_build_directory, $purge_build_deps, $purge_session);
${before}
my $text = do { local $/; <STDIN> };
eval $text or die $@;
print JSON::PP->new->canonical->encode({ environment => $build_environment, options => $dpkg_buildpackage_user_options,
  template => $unshare_tmpdir_template, lintian => $run_lintian });`;
  const { stdout, stderr } = await execa("perl", ["-w", "-Mstrict", "-e", script], {
    input: writeConfiguration(SETTINGS),
  });
  // Variables that only sbuild itself uses.
  expect(stderr.replace(/^Name "main::\w+" used only once.*\n?/gm, "")).toBe("");
  return JSON.parse(stdout) as Record<string, unknown>;
}

it("is Perl, whatever the paths and options are", async () => {
  expect(await evaluate("")).toEqual({
    environment: { DH_EXTRA_ADDONS: "loupe", DEB_LOUPE_OPTIONS: SETTINGS.dhLoupeOptions },
    options: ["--hook-buildinfo=dh_loupe --after-build"],
    template: `${SETTINGS.scratchDirectory}/chroot.XXXXXXXXXX`,
    lintian: 0,
  });
});

it("keeps what the user's own configuration has said", async () => {
  const before =
    "$build_environment = { DH_EXTRA_ADDONS => 'numpy3', CCACHE_DIR => '/c' }; $dpkg_buildpackage_user_options = ['-sa'];";
  expect(await evaluate(before)).toMatchObject({
    environment: { DH_EXTRA_ADDONS: "numpy3,loupe", CCACHE_DIR: "/c" },
    options: ["-sa", "--hook-buildinfo=dh_loupe --after-build"],
  });
});
