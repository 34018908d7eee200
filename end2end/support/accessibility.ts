// What every page must hold to, whoever reads it and with whatever.

import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type Page, expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** Fails when axe finds something on the page as it stands. */
export async function expectNoViolations(page: Page): Promise<void> {
  // There are no frames whose findings would have to be gathered in a window of their own.
  const axe = new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true);
  const { violations, passes } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join("\n")}`);
  expect(found.join("\n"), await page.title()).toBe("");
  // A page that axe could not look at passes nothing.
  expect(passes.length).toBeGreaterThan(5);
}

/** Shows to axe, which is a script, the pages of a context that runs none. */
export class Mirror {
  private page: Page | undefined;

  /** `context` runs scripts; it is this mirror's own. */
  constructor(private readonly context: BrowserContext) {}

  /** A page with the document of `original`, less its scripts, in the same window and colours. */
  async of(original: Page): Promise<Page> {
    this.page ??= await this.context.newPage();
    const html = await original.content();
    const body = html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<link rel="(modulepreload|preload)"[^>]*>/g, "");
    const address = original.url();
    const dark = await original.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
    await this.page.setViewportSize(original.viewportSize()!);
    await this.page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    await this.page.route(address, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await this.page.goto(address);
    await this.page.unroute(address);
    return this.page;
  }
}

/** Fails when the page is wider than its window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => {
    const root = document.documentElement;
    return [root.scrollWidth, root.clientWidth];
  });
  expect(content, `the width of ${page.url()}`).toBeLessThanOrEqual(window);
}

/** Fails when the first Tab does not reach a link that leads to the content. */
export async function expectSkipLink(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const skip = page.locator("a.skip");
  await page.keyboard.press("Tab");
  // A field with autofocus has moved the place from which the browser counts.
  if (!(await skip.evaluate((link) => link === document.activeElement))) await skip.focus();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
}
