// What the product is for: an application makes a room for a person, and she finds it when she signs in.

import { PASSWORD, expect, test } from "../support/test";

test("an application makes a room, and its person finds it", async ({ page, context, server, calendar, ada }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const token = await calendar.tokenFor(ada.email);
  const room = await calendar.createRoom(token, { access_level: "trusted" });
  expect(room.url).toBe(`${server.url}/rooms/${room.slug}`);

  await page.goto("/");
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(ada.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/rooms");

  const row = page.getByRole("row").filter({ hasText: room.slug });
  await expect(row).toContainText("created by Team calendar");
  await expect(row).toContainText("Owner");
  await row.getByRole("rowheader").getByRole("link").click();
  await expect(page).toHaveURL(`/rooms/${room.slug}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(room.slug);

  const main = page.getByRole("main");
  await expect(main).toContainText("created by Team calendar");
  // The button answers only when its island woke, which needs the module to run under the page's policy.
  // A press before that is lost, and a person presses again.
  await expect(async () => {
    await main.getByRole("button", { name: /Copy|Copied/ }).click();
    await expect(main.getByRole("button", { name: "Copied" })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(main.getByRole("status").filter({ hasText: "Copied" })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(room.url);
  await expect(main.getByRole("button", { name: "Copy" })).toBeVisible();
});

test("a room's bare address leads to its page", async ({ page, calendar, ada, signIn }) => {
  const room = await calendar.createRoom(await calendar.tokenFor(ada.email));
  await signIn(ada);
  await page.goto(`/${room.slug}`);
  await expect(page).toHaveURL(`/rooms/${room.slug}`);
});
