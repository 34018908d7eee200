// What every page must hold to, whoever reads it and with whatever.

import AxeBuilder from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails when axe finds something on the page as it stands. */
export async function expectNoViolations(page: Page): Promise<void> {
  await letScriptsRun(page);
  // Without frames there is nothing to gather from several windows.
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join("\n")}`);
  expect(found.join("\n"), page.url()).toBe("");
  // A page that axe could not look at passes nothing.
  expect(passes.length).toBeGreaterThan(10);
}

/** Lets axe run on a page that was loaded without scripts; the page's own have had their chance. */
async function letScriptsRun(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setScriptExecutionDisabled", { value: false });
  await devtools.detach();
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
  await page.locator("body").evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("Tab");
  const skip = page.locator("a.skip");
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
}
