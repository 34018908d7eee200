// Everything by keyboard alone.

import type { Locator, Page } from "@playwright/test";

import { Application } from "../support/application";
import { expectNoSidewaysScrolling } from "../support/accessibility";
import { PASSWORD, expect, test } from "../support/test";

/** Presses Tab until the element has the focus, and sees that the focus shows on everything along the way. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return true;
      const ring = (of: Element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(of);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
      };
      const { width, height } = element.getBoundingClientRect();
      // A choice shows its focus on its card.
      return (width > 0 && height > 0 && ring(element)) || [element.closest("label")].some((label) => label && ring(label));
    });
    const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
    expect(shown, `the focus shows on ${focused}`).toBe(true);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${target}`);
}

test("sign in, make a room, think better of deleting it, delete it, sign out", async ({ page, ada }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel("E-mail address")).toBeFocused();
  await page.keyboard.type(ada.email);
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/rooms");

  await tabTo(page, page.getByRole("main").getByRole("link", { name: "New room" }));
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("By keyboard");
  await tabTo(page, page.getByRole("radio", { name: "Signed-in people" }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Members only" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("By keyboard");
  await expect(page.getByRole("main")).toContainText("Members only");

  const open = page.getByRole("button", { name: "Delete room" });
  const dialog = page.getByRole("dialog");
  await tabTo(page, open);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(open).toBeFocused();
  await page.keyboard.press("Space");
  await expect(dialog).toBeVisible();
  // Whatever is pressed, the focus stays in the question.
  await expect(dialog.locator(":focus")).toHaveCount(1);
  await tabTo(page, dialog.getByRole("button", { name: "Delete room" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/rooms");
  await expect(page.getByRole("main")).toContainText("The room is deleted.");

  const menu = page.locator("summary", { hasText: "Your menu" });
  await tabTo(page, menu);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeHidden();
  await expect(menu).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/");
});

test("the menu of a phone", async ({ page, administrator, signIn }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await signIn(administrator);
  await page.goto("/rooms");
  const menu = page.locator("summary", { hasText: /^\s*Menu\s*$/ });
  await tabTo(page, menu);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("navigation").getByRole("link", { name: "Applications" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/admin/applications");
});

test("what was wrong is one press away from its field", async ({ page, ada, signIn }) => {
  await signIn(ada);
  await page.goto("/rooms/new");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeFocused();
  await tabTo(page, page.getByRole("alert").getByRole("link"));
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name")).toBeFocused();
});

test("a form on its way says so, and is not sent twice", async ({ page, ada, signIn }) => {
  await signIn(ada);
  await page.goto("/rooms/new");
  await page.getByLabel("Name").fill("Only once");
  // Held back after the page's own listener, which comes first.
  await page.evaluate(() => {
    addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      document.body.dataset.sent = `${Number(document.body.dataset.sent ?? 0) + 1}`;
    });
  });
  const button = page.locator("button[data-busy]");
  await button.press("Enter");
  await expect(button).toHaveText("One moment…");
  await expect(button).toHaveAttribute("aria-busy", "true");
  await button.press("Enter");
  await page.getByLabel("Name").press("Enter");
  await expect(page.locator("body")).toHaveAttribute("data-sent", "1");
});

for (const width of [1280, 390]) {
  test(`register an application, copy its secret, use it, switch the application off, ${width} px wide`, async ({
    page,
    context,
    server,
    ada,
    administrator,
    signIn,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.setViewportSize({ width, height: 800 });
    await signIn(administrator);
    await page.goto("/admin/applications/new");
    await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
    await page.keyboard.type(`By keyboard ${width}`);
    await tabTo(page, page.getByRole("checkbox", { name: "rooms:list" }));
    await page.keyboard.press("Space");
    await tabTo(page, page.getByLabel("E-mail domains"));
    await page.keyboard.type("example.org");
    await tabTo(page, page.getByRole("button", { name: "Create application" }));
    await page.keyboard.press("Enter");

    const main = page.getByRole("main");
    await expect(main).toContainText("It will not be shown again.");
    await expectNoSidewaysScrolling(page);
    const copied = async (name: string) => {
      await tabTo(page, main.getByRole("group", { name, exact: true }).first().getByRole("button"));
      await page.keyboard.press("Enter");
      await expect(main.getByRole("status").filter({ hasText: "Copied" }).first()).toBeAttached();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const application = new Application(server.url, await copied("Client id"), await copied("Secret"));
    const token = await application.tokenFor(ada.email);
    expect((await application.listRooms(token)).status).toBe(200);

    await page.goto(`/admin/applications/by-keyboard-${width}/danger`);
    await tabTo(page, page.getByRole("button", { name: "Disable application" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Disable application" }));
    await page.keyboard.press("Enter");
    await expect(main).toContainText("The application is disabled. Its tokens have stopped working.");
    expect((await application.listRooms(token)).status).toBe(401);
  });
}
