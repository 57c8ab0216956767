// SPDX-License-Identifier: GPL-3.0-or-later
// Servers, whose suites are long: a project of its own (npm run test:servers).
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectSameVerdicts, listExecutables, TIME_LIMIT, toVerdicts, UNCHANGED } from "./same-verdicts.js";

describe("unmodified servers, as root and as an ordinary user", { timeout: TIME_LIMIT }, () => {
  it("lighttpd: a server whose suite is written in Perl, which does not count", async (context) => {
    const manifest = await expectSameVerdicts(context, { name: "lighttpd", variables: UNCHANGED });
    const paths = manifest.executables.map(({ path }) => path);
    expect(paths).toContain("src/lighttpd");
    expect(paths.filter((path) => !path.startsWith("src/"))).toEqual([]);
    expect(toVerdicts(manifest)).toMatchObject({ bind: "required", listen: "required" });
  });
});

describe("memcached, four files of its suite", { timeout: TIME_LIMIT }, () => {
  let helpers: string;

  beforeAll(async () => {
    // What make test runs before the test files is left out: make reads MAKEFILES first, and `override` wins over the
    // makefile's own value.
    helpers = await mkdtemp(join(tmpdir(), "loupe-memcached-"));
    await writeFile(join(helpers, "first.mk"), `override builddir := ${helpers}\n`);
    await symlink("/bin/true", join(helpers, "sizes"));
    await symlink("/bin/true", join(helpers, "testapp"));
    await execa("chmod", ["-R", "a+rX", helpers]);
  });
  afterAll(() => rm(helpers, { recursive: true }));

  it("considers the test program that is named", async (context) => {
    const manifest = await expectSameVerdicts(context, {
      name: "memcached",
      variables: {
        ...UNCHANGED,
        DEB_LOUPE_OPTIONS: "--replicas 1 --consider memcached-debug",
        HARNESS_PERL: fileURLToPath(new URL("only-tests", import.meta.url)),
        LOUPE_ONLY_TESTS: "binary-get.t quit.t issue_3.t stats-detail.t",
        MAKEFILES: join(helpers, "first.mk"),
        PARALLEL: "4",
        SSL_TEST: "0",
      },
    });
    expect(listExecutables(manifest)).toEqual([["memcached-debug", undefined, "named"]]);
    expect(toVerdicts(manifest)).toMatchObject({ bind: "required", epoll_ctl: "required" });
  });
});
