// SPDX-License-Identifier: GPL-3.0-or-later
// The site as people see it: in a real browser, from files. A project of its own (npm run test:site), which installs the browser.
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packagePath } from "../../../src/reports/site/paths.js";
import { findViolations, SiteBrowser } from "./support/browser.js";
import { HOSTILE_NAME, makeScratch, writeExample } from "./support/example-site.js";

/** One of each kind. */
const PAGES = [
  ...["index.html", "figures/index.html", "figures/suite/importance.html", "figures/suite/comparison.html"],
  ...[
    "figures/suite/heat-map.html",
    "figures/suite/savings.html",
    "figures/suite/drift.html",
    "figures/suite/reasons.html",
  ],
  ...[
    "calls/index.html",
    "calls/openat.html",
    "packages/index.html",
    "packages/s/server.html",
    "packages/b/broken.html",
  ],
  ...["systems/index.html", "systems/systemd-basic.html", packagePath(HOSTILE_NAME)],
];

describe("a site in Chromium", () => {
  let browser: SiteBrowser;
  let scratch: Awaited<ReturnType<typeof makeScratch>>;

  beforeAll(async () => {
    scratch = await makeScratch();
    await writeExample(scratch.path("site"));
    browser = await SiteBrowser.open(scratch.path("site"));
  });

  afterAll(async () => {
    await browser?.close();
    await scratch.remove();
  });

  it.each(PAGES)("%s opens without a complaint, on a phone, too", async (path) => {
    const page = await browser.visit(path, { size: "phone" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(await page.evaluate("globalThis.harm")).toBeUndefined();
    expect(await page.locator("h1").count()).toBe(1);
    await page.close();
    expect(browser.troubles).toEqual([]);
  });

  it.each(PAGES)("%s can be read by everybody, in both themes", async (path) => {
    for (const theme of ["light", "dark"] as const) {
      const page = await browser.visit(path, { theme });
      expect(await findViolations(page), theme).toEqual([]);
      await page.close();
    }
  });

  it.each([
    ["figures/suite/importance.html", "path.line", 2],
    ["figures/suite/importance.html", "rect.f-required", 2],
    ["figures/suite/comparison.html", "rect.f-used", 4],
    ["figures/suite/heat-map.html", "rect.h9", 1],
    ["figures/suite/savings.html", "path.line", 2],
    ["figures/suite/versions.html", "rect.f-used", 2],
    ["figures/suite/outcomes.html", "rect.f-used", 2],
    ["systems/systemd-basic.html", "path.line", 1],
    ["packages/s/server.html", "rect.f-used", 2],
  ])("%s has a chart with %s", async (path, shape, least) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await browser.visit(path, { size });
      const boxes = await page.locator(`.chart > svg:visible ${shape}`).evaluateAll((elements) =>
        elements.map((element) => {
          const { width, height } = element.getBoundingClientRect();
          return width * height;
        }),
      );
      expect(boxes.filter((area) => area > 4).length, size).toBeGreaterThanOrEqual(least);
      await page.close();
    }
  });

  it("finds what is searched for, by the keyboard alone", async () => {
    const page = await browser.visit("packages/s/server.html");
    await page.keyboard.press("/");
    await page.keyboard.type("open");
    await page.getByRole("option").first().waitFor();
    expect(await page.getByRole("option").first().textContent()).toBe("openatsystem call");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/calls\/openat\.html$/);
    await page.getByRole("combobox").fill("z");
    await page.getByRole("option", { name: "zlib" }).waitFor();
    await page.getByRole("option", { name: "zlib" }).click();
    await page.waitForURL(/\/packages\/z\/zlib\.html$/);
    await page.getByRole("combobox").fill("onerror");
    await page.getByRole("option").nth(1).waitFor();
    expect(await page.getByRole("option").first().textContent()).toContain("</script>");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => decodeURI(url.pathname).endsWith(basename(packagePath(HOSTILE_NAME))));
    await page.getByRole("combobox").fill("nothing of the kind");
    await page.getByRole("status").getByText("0 found").waitFor();
    await page.close();
    expect(browser.troubles).toEqual([]);
  });

  it("can be used by the keyboard: what is skipped, what has the focus, what scrolls", async () => {
    const page = await browser.visit("calls/index.html");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.keyboard.press("Tab");
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).not.toBe("none");
    await page.close();
  });

  it("sorts tables, and says how they are sorted", async () => {
    const page = await browser.visit("packages/s/server.html");
    const table = page.locator("table").first();
    const verdicts = (): Promise<string[]> => table.locator("td.v").allTextContents();
    const head = table.getByRole("columnheader", { name: "verdict" });
    expect(await verdicts()).toEqual(["required", "stub", "any"]);
    await head.getByRole("button").focus();
    await page.keyboard.press("Enter");
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    await page.keyboard.press("Enter");
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    expect(await verdicts()).toEqual(["any", "stub", "required"]);
    await page.close();
  });

  it("has a theme that can be chosen, and is remembered", async () => {
    const page = await browser.visit("index.html");
    const background = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const light = await background();
    const button = page.getByRole("button", { name: /^Theme/ });
    await button.click();
    expect([await button.textContent(), await background()]).toEqual(["Theme: light", light]);
    await button.click();
    expect(await button.textContent()).toBe("Theme: dark");
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
    await button.click();
    expect(await background()).toBe(light);
    await page.close();
  });

  it("says all of it without scripts, too", async () => {
    const page = await browser.visit("index.html");
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setScriptExecutionDisabled", { value: true });
    await page.reload();
    expect(await page.locator(".search").isVisible()).toBe(false);
    await page.getByRole("link", { name: "System calls", exact: true }).click();
    await page.waitForURL(/\/calls\/index\.html$/);
    await page.getByRole("link", { name: "openat", exact: true }).click();
    expect(await page.locator("td.v.required").count()).toBeGreaterThan(0);
    await page.close();
  });
});
