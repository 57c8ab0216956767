// SPDX-License-Identifier: GPL-3.0-or-later
// A real Chromium (Debian's package) that opens pages from files, with a profile of its own.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Nothing that Chromium does on its own behalf, which would be requests to the network. */
const ARGUMENTS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

export const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } } as const;

/** A browser, and what went wrong in it. */
export class SiteBrowser {
  /** Messages on the console, errors of scripts, and requests for anything but files. */
  readonly troubles: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
    private readonly site: string,
  ) {}

  static async open(site: string): Promise<SiteBrowser> {
    const profile = await mkdtemp(join(tmpdir(), "loupe-chromium-"));
    const options = { executablePath: CHROMIUM, headless: true, args: [...ARGUMENTS], viewport: SIZES.desktop };
    const context = await chromium.launchPersistentContext(profile, options);
    return new SiteBrowser(context, profile, site);
  }

  /** Opens a page of the site. */
  async visit(path: string, settings: { theme?: "light" | "dark"; size?: keyof typeof SIZES } = {}): Promise<Page> {
    const page = await this.context.newPage();
    page.on("console", (message) => this.troubles.push(`${path}: ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.troubles.push(`${path}: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) {
        this.troubles.push(`${path}: asked for ${request.url()}`);
      }
    });
    await page.setViewportSize(SIZES[settings.size ?? "desktop"]);
    await page.emulateMedia({ colorScheme: settings.theme ?? "light" });
    await page.goto(pathToFileURL(join(this.site, path)).href);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds wrong with a page, as far as it is serious: rules with an element that breaks them. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  // By the debugger, as the policy of the page is not to be weakened for the test.
  await session.send("Runtime.evaluate", { expression: await readFile(AXE, "utf8") });
  const { result } = await session.send("Runtime.evaluate", {
    expression: "axe.run(document, { preload: false }).then(({ violations }) => JSON.stringify(violations))",
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const violations = JSON.parse(result.value as string) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
