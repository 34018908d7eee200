// The trail, as an administrator looks into it.

import { readFile } from "node:fs/promises";

import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test.beforeEach(async ({ administrator, signIn }) => signIn(administrator));

    test("what happened is found, opened, and taken away", async ({ page, ada, calendar }) => {
      const room = await calendar.createRoom(await calendar.tokenFor(ada.email));
      await page.goto("/");
      await page.getByRole("banner").getByRole("link", { name: "Audit" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit");
      await page.getByLabel("Person").fill(ada.email);
      await page.getByLabel("Application").selectOption({ label: "Team calendar" });
      await page.getByLabel("Action").selectOption("room.created");
      await page.getByRole("button", { name: "Filter" }).click();
      await expect(page).toHaveURL(/person=ada%40example.org&application=team-calendar&action=room.created/);
      const row = page.getByRole("row").nth(1);
      await expect(row).toContainText("room.created");
      await expect(row).toContainText("Team calendar");
      await expect(row).toContainText("Ada Lovelace");
      // What was asked stays in the form.
      await expect(page.getByLabel("Person")).toHaveValue(ada.email);
      await expect(page.getByLabel("Action")).toHaveValue("room.created");

      await row.getByRole("rowheader").getByRole("link").click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("room.created");
      await expect(page.getByRole("main")).toContainText(room.id);
      await page.getByRole("main").locator("div", { hasText: /^Room/ }).getByRole("link", { name: "All its events" }).first().click();
      await expect(page.getByRole("row")).toHaveCount(2);

      const arrives = page.waitForEvent("download");
      await page.getByRole("link", { name: "Export CSV" }).click();
      const file = await arrives;
      expect(file.suggestedFilename()).toMatch(/^parloir-audit-\d{4}-\d\d-\d\d\.csv$/);
      const rows = (await readFile(await file.path(), "utf8")).trim().split(/\r?\n/);
      expect(rows).toHaveLength(2);
      expect(rows[1]).toContain(room.id);
      await page.goto("/admin/audit?action=audit.exported");
      await expect(page.getByRole("row").nth(1)).toContainText("Grace Hopper");
    });

    test("pages turn in both directions", async ({ page, ben, calendar }) => {
      for (let token = 0; token < 55; token += 1) await calendar.tokenFor(ben.email);
      await page.goto(`/admin/audit?person=${encodeURIComponent(ben.email)}`);
      const newest = page.getByRole("rowheader").getByRole("link").first();
      const first = await newest.getAttribute("href");
      await expect(page.getByRole("row")).toHaveCount(51);
      await expect(page.getByRole("link", { name: "Newer" })).toBeHidden();
      await page.getByRole("link", { name: "Older" }).click();
      await expect(newest).not.toHaveAttribute("href", first!);
      await page.getByRole("link", { name: "Newer" }).click();
      await expect(newest).toHaveAttribute("href", first!);
    });

    test("what cannot be asked is said beside its field", async ({ page }) => {
      await page.goto("/admin/audit?person=nobody%40example.org&room=x");
      await expect(page.getByLabel("Person")).toHaveAccessibleDescription(/No account has this address or id\./);
      // Opened, because something is asked there.
      await expect(page.getByLabel("Room")).toHaveAccessibleDescription(/This is no id\./);
      await expect(page.getByRole("table")).toBeHidden();
      await page.getByRole("link", { name: "Show all" }).click();
      await expect(page.getByRole("table")).toBeVisible();
    });
  });
}
