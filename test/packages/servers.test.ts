// SPDX-License-Identifier: GPL-3.0-or-later
// Servers, whose suites are long: a project of its own (npm run test:servers).
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
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

const HERE = fileURLToPath(new URL(".", import.meta.url));

describe("memcached, four files of its suite", { timeout: TIME_LIMIT }, () => {
  it("considers the test program that is named", async (context) => {
    if (/^(\/var)?\/tmp\//.test(HERE)) {
      context.skip("the checkout lies in a temporary directory, which the runs of the suite do not see");
    }
    const request = {
      name: "memcached",
      variables: {
        ...UNCHANGED,
        DEB_LOUPE_OPTIONS: "--replicas 1 --consider memcached-debug",
        HARNESS_PERL: join(HERE, "only-tests"),
        LOUPE_ONLY_TESTS: "binary-get.t quit.t issue_3.t stats-detail.t",
        MAKEFILES: join(HERE, "memcached/first.mk"),
        PARALLEL: "4",
        SSL_TEST: "0",
      },
    };
    // Where futex is faked, threads spin instead of waiting. Whether one server of these short tests uses the 1.5 s of processor time
    // that are too much is for the scheduler to say.
    const manifest = await expectSameVerdicts(context, request, ["futex"]);
    expect(listExecutables(manifest)).toEqual([["memcached-debug", undefined, "named"]]);
    expect(toVerdicts(manifest)).toMatchObject({ bind: "required", epoll_ctl: "required" });
    expect(toVerdicts(manifest).futex).toMatch(/^(fake|required)$/);
  });
});
