// What every page must hold to, whoever reads it and with whatever.

import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type Page, expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** Fails when axe finds something on the page as it stands; with `colours`, something about its colours. */
export async function expectNoViolations(page: Page, { colours = false } = {}): Promise<void> {
  // There are no frames whose findings would have to be gathered in a window of their own.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations, passes } = await (colours ? axe.withRules("color-contrast") : axe.withTags(RULES)).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join("\n")}`);
  expect(found.join("\n"), await page.title()).toBe("");
  // A page that axe could not look at passes nothing.
  expect(passes.length).toBeGreaterThan(colours ? 0 : 5);
}

/**
 * A page of `context`, which runs scripts, with the document of `original`, which runs none, less its scripts: axe is one.
 */
export async function mirrored(original: Page, context: BrowserContext): Promise<Page> {
  const html = await original.content();
  const body = html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<link [^>]*rel="(modulepreload|preload)"[^>]*>/g, "");
  const page = await context.newPage();
  const address = original.url();
  await page.route(address, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
  await page.goto(address);
  return page;
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
