// Whatever people and applications are called, it stays text.

import type { Page } from "@playwright/test";

import { makeRoom, openPersonMenu, registerApplication } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

const NAMES = [
  `</title><script>window.broken = true</script>`,
  `"><img src=x onerror="window.broken = true">`,
  `</textarea><script>window.broken = true</script>`,
  `'--></style></script><svg onload="window.broken = true">`,
  `{{7*7}} \${7*7} &lt;b&gt; %3Cscript%3E`,
];

/** Fails when a name became more than text. A failed image or a refused script also shows on the console. */
async function expectTextOnly(page: Page): Promise<void> {
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
  expect(await page.locator("img, main script, main style, [onerror], [onload]").count()).toBe(0);
}

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("what rooms are called", async ({ page, ada, signIn }) => {
      await signIn(ada);
      for (const name of NAMES) {
        await makeRoom(page, name);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
        await expect(page).toHaveTitle(`${name} · Parloir`);
        await expect(page.getByLabel("Name")).toHaveValue(name);
        await page.getByRole("button", { name: "Delete room" }).first().click();
        await expect(page.getByRole("dialog")).toContainText(`Delete “${name}”?`);
        await expectTextOnly(page);
        await page.goto(`/rooms?q=${encodeURIComponent(name)}`);
        await expect(page.getByRole("searchbox")).toHaveValue(name);
        await expect(page.getByRole("rowheader", { name }).first()).toHaveText(name);
        await expectTextOnly(page);
        await page.goto(`/rooms?q=${encodeURIComponent(`${name}!`)}`);
        await expect(page.getByRole("main")).toContainText(`No room matches “${name}!”`);
        await expectTextOnly(page);
      }
    });

    test("what applications are called, and their domains", async ({ page, administrator, signIn }) => {
      await signIn(administrator);
      for (const name of NAMES) {
        await registerApplication(page, { name: "", domains: name });
        const domains = page.getByLabel("E-mail domains");
        await expect(domains).toHaveValue(name);
        await expect(domains).toHaveAttribute("aria-invalid", "true");
        await expectTextOnly(page);
        await registerApplication(page, { name });
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
        await expect(page).toHaveTitle(`${name} · Parloir`);
        await expectTextOnly(page);
      }
      await page.goto("/admin/applications");
      for (const name of NAMES) await expect(page.getByRole("rowheader").filter({ hasText: name }).first()).toBeVisible();
      await expectTextOnly(page);
    });

    test("what is typed into the sign-in page", async ({ page }) => {
      for (const name of NAMES) {
        await page.goto(`/sign-in?next=${encodeURIComponent(`/rooms?q=${name}`)}`);
        await expectTextOnly(page);
        await page.goto(`/sign-in?next=${encodeURIComponent(`/rooms?q=${encodeURIComponent(name)}`)}`);
        await page.getByLabel("E-mail address").fill(name);
        await page.getByLabel("Password").fill(name);
        await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
        await expect(page.getByLabel("E-mail address")).toHaveValue(name);
        await expectTextOnly(page);
      }
    });
  });
}

test("who made a room, and for whom", async ({ page, server, signIn }) => {
  const application = await server.application({ name: NAMES[1], domains: ["markup.example.org"] });
  const person = await server.person("someone@markup.example.org", NAMES[0]);
  const room = await application.createRoom(await application.tokenFor(person.email));
  await signIn(person);
  for (const address of ["/rooms", `/rooms/${room.slug}`]) {
    await page.goto(address);
    await expect(page.getByRole("main")).toContainText(`created by ${NAMES[1]}`);
    await openPersonMenu(page);
    await expect(page.getByRole("banner")).toContainText(NAMES[0]!);
    await expectTextOnly(page);
  }
});
