// The first page.

import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("a stranger sees on one screen what this is, and goes on to sign in", async ({ page }) => {
      await page.goto("/");
      const facts = page.getByRole("main").getByRole("listitem");
      await expect(facts).toHaveCount(3);
      for (const fact of await facts.all()) await expect(fact).toBeInViewport({ ratio: 1 });
      await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
      await expect(page).toHaveURL("/sign-in");
    });

    test("a person sees her latest rooms, and goes on to all of them", async ({ page, server, calendar, signIn }) => {
      const person = await server.person(`home-${javaScriptEnabled}@example.org`, "Home Lover");
      await signIn(person);
      await page.goto("/");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hello, Home Lover");
      await expect(page.getByRole("main").getByRole("link", { name: "New room" })).toBeVisible();
      await expect(page.getByRole("main").getByRole("link", { name: "Applications" })).toBeHidden();

      const token = await calendar.tokenFor(person.email);
      const slugs: string[] = [];
      for (let room = 0; room < 6; room += 1) slugs.unshift((await calendar.createRoom(token)).slug);
      await page.reload();
      expect(await page.getByRole("rowheader").allTextContents()).toEqual(slugs.slice(0, 5));
      await page.getByRole("link", { name: "Show all rooms" }).click();
      await expect(page).toHaveURL("/rooms");
      await expect(page.getByRole("rowheader")).toHaveCount(6);
    });
  });
}

test("an administrator goes on to the applications", async ({ page, administrator, signIn }) => {
  await signIn(administrator);
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Applications" }).click();
  await expect(page).toHaveURL("/admin/applications");
});
