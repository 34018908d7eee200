// Invitations and forgotten passwords.

import { fillSignIn } from "../support/people";
import { PASSWORD, SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });
    const address = (name: string) => `${name}.${scripts.replace(" ", ".")}@example.org`;

    test("who is invited by a command chooses a password and is in", async ({ page, server }) => {
      const { link } = await server.command(["user", "invite", address("irma"), "--name", `Irma ${scripts}`]);
      await page.goto(link);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are invited");
      await expect(page.getByRole("main")).toContainText(`Irma ${scripts}`);
      await page.getByLabel("Choose a password").fill("short");
      await page.getByRole("button", { name: "Open my account" }).click();
      await expect(page.getByRole("alert")).toContainText("between 8 and 1,024 characters");
      await expect(page.getByLabel("Choose a password")).toHaveValue("");
      await page.getByLabel("Choose a password").fill(PASSWORD);
      if (javaScriptEnabled) {
        await page.getByRole("button", { name: "Show password" }).click();
        await expect(page.getByLabel("Choose a password")).toHaveAttribute("type", "text");
        await page.getByRole("button", { name: "Show password" }).click();
        await expect(page.getByLabel("Choose a password")).toHaveAttribute("type", "password");
      }
      await page.getByRole("button", { name: "Open my account" }).click();
      await expect(page).toHaveURL("/rooms");
      await expect(page.getByRole("status").first()).toContainText("Your account is ready.");

      // Once.
      await page.goto(link);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is over");
    });

    test("an administrator invites somebody and passes the link on", async ({ page, administrator, signIn, visitor }) => {
      await signIn(administrator);
      await page.goto("/admin/users");
      await page.getByRole("link", { name: "Invite a person" }).click();
      await page.getByLabel("E-mail address").fill(address("ivan"));
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      const shown = page.getByRole("group", { name: "Link" });
      const link = (await shown.locator(".copy-value").textContent())!.trim();
      await page.reload();
      await expect(shown).toHaveCount(0);
      const ivan = await visitor();
      await ivan.goto(link);
      await ivan.getByLabel("Choose a password").fill(PASSWORD);
      await ivan.getByRole("button", { name: "Open my account" }).click();
      await expect(ivan).toHaveURL("/rooms");
    });

    test("who forgot her password chooses another one", async ({ page, server }) => {
      const person = await server.person(address("iris"), `Iris ${scripts}`);
      const { link } = await server.command(["user", "reset", person.email]);
      await page.goto(link);
      await page.getByLabel("Choose a password").fill("quite another password");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(page).toHaveURL("/rooms");
      await page.context().clearCookies();
      await page.goto("/sign-in");
      await fillSignIn(page, person.email, "quite another password");
      await expect(page).toHaveURL("/rooms");
    });
  });
}
