// People, as an administrator looks after them.

import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("a person is found, switched off and on", async ({ page, server, administrator, signIn }) => {
      const person = await server.person(`nina.${scripts.replace(" ", ".")}@example.org`, `Nina Simone ${scripts}`);
      await signIn(administrator);
      await page.goto("/");
      await page.getByRole("banner").getByRole("link", { name: "People" }).click();
      await page.getByLabel("Name or e-mail address").fill(`simone ${scripts}`);
      await page.getByRole("button", { name: "Filter" }).click();
      await page.getByRole("rowheader", { name: person.name }).getByRole("link").click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(person.name);

      await page.getByRole("button", { name: "Disable account" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Disable account" }).click();
      await expect(page.getByRole("status").first()).toContainText("The account is disabled.");
      await page.getByRole("button", { name: "Enable account" }).click();
      await expect(page.getByRole("status").first()).toContainText("The account is enabled.");

      await page.getByRole("link", { name: "What happened" }).click();
      await expect(page.getByRole("row").filter({ hasText: "account.disabled" })).toContainText("Grace Hopper");
    });

    test("a session that is open elsewhere is ended", async ({ page, server, administrator, signIn, visitor }) => {
      const person = await server.person(`otis.${scripts.replace(" ", ".")}@example.org`, `Otis ${scripts}`);
      const elsewhere = await visitor();
      await signIn(person, elsewhere);
      await elsewhere.goto("/rooms");
      await expect(elsewhere).toHaveURL("/rooms");

      await signIn(administrator);
      await page.goto(`/admin/users/${person.id}`);
      await page.getByRole("row").nth(1).getByRole("button", { name: "End" }).click();
      await expect(page.getByRole("status").first()).toContainText("The session has ended.");
      await expect(page.getByRole("main")).toContainText("Not signed in anywhere.");
      await elsewhere.goto("/rooms");
      await expect(elsewhere).toHaveURL("/sign-in?next=%2Frooms");
    });

    test("a person becomes administrator, and is none any more", async ({ page, server, administrator, signIn }) => {
      const person = await server.person(`etta.${scripts.replace(" ", ".")}@example.org`, `Etta ${scripts}`);
      await signIn(administrator);
      await page.goto(`/admin/users/${person.id}`);
      await page.getByRole("button", { name: "Make administrator" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Make administrator" }).click();
      await expect(page.getByRole("status").first()).toContainText("This person is an administrator now.");
      await page.getByRole("button", { name: "Take administrator’s role" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Take administrator’s role" }).click();
      await expect(page.getByRole("status").first()).toContainText("This person is no administrator any more.");
    });
  });
}

test("people who wait for a decision are reached from the list", async ({ page, administrator, signIn }) => {
  await signIn(administrator);
  await page.goto("/admin/users");
  await page.getByRole("link", { name: "Sign-in requests" }).click();
  await expect(page).toHaveURL("/admin/sign-in-requests");
  await expect(page.getByRole("banner").getByRole("link", { name: "People" })).toHaveAttribute("aria-current", "true");
});
