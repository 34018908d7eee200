// A person's ways in: identities at a provider and her password, with and without scripts.

import type { Page } from "@playwright/test";

import { expectNoSidewaysScrolling, expectNoViolations } from "../support/accessibility";
import { answerProvider, fillSignIn } from "../support/people";
import { PASSWORD } from "../support/server";
import { SCRIPTS, expect, test } from "../support/test";

test.use({ providers: true });

const WAYS_IN = "/account/sign-in";
const NEW = "quite another long password";

const me = async (page: Page) => (await page.request.get("/auth/users/me/")).json();

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });
    const of = (name: string) => `${name}-${javaScriptEnabled}`;

    test("one more way in, and one less", async ({ page, server, organisation, signIn }) => {
      const person = await server.person(`${of("ways")}@example.org`, "Wanda");
      await organisation.person(of("wanda"), `${of("wanda")}@example.com`);
      await signIn(person);
      await page.goto("/account");
      await page.getByRole("link", { name: "Ways in" }).click();
      await expect(page).toHaveURL(WAYS_IN);
      await expect(page.getByRole("main")).toContainText("Your account is not connected to a sign-in service.");
      if (javaScriptEnabled) await expectNoViolations(page);

      await page.getByRole("button", { name: "Connect Meridian Connect" }).click();
      expect(new URL(page.url()).origin).toBe(organisation.issuer);
      await answerProvider(page, of("wanda"));
      await expect(page).toHaveURL(WAYS_IN);
      await expect(page.getByText("Connected. You can now sign in with it.")).toBeVisible();
      const row = page.getByRole("row").filter({ hasText: of("wanda") });
      await expect(row).toContainText("Meridian Connect");
      expect(await me(page)).toMatchObject({ id: person.id, email: person.email });
      if (javaScriptEnabled) await expectNoViolations(page);
      await expectNoSidewaysScrolling(page);

      // Now the password may go, and then the other stays.
      await page.getByRole("button", { name: "Remove password" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove password" }).click();
      await expect(page.getByText("Your password is removed.")).toBeVisible();
      await expect(page.getByText("It is your only way in")).toBeVisible();
      await expect(page.getByRole("button", { name: "Disconnect" })).toHaveCount(0);

      await page.getByLabel("New password").fill(NEW);
      await page.getByRole("button", { name: "Choose password" }).click();
      await expect(page.getByText("You have a password now.")).toBeVisible();
      await row.getByRole("button", { name: "Disconnect" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
      await expect(page.getByText("Nobody can sign in to your account with it any more.").first()).toBeVisible();
      await expect(page.getByRole("main")).toContainText("Your account is not connected to a sign-in service.");
    });

    test("the identity of somebody else is refused", async ({ page, server, organisation, signIn, visitor }) => {
      const person = await server.person(`${of("xaver")}@example.org`, "Xaver");
      await organisation.person(of("yara"), `${of("yara")}@example.com`);
      const other = await visitor();
      await other.goto("/auth/meridian/login/?next=/rooms");
      await answerProvider(other, of("yara"));
      await expect(other).toHaveURL("/rooms");
      await signIn(person);
      await page.goto(WAYS_IN);
      await page.getByRole("button", { name: "Connect Meridian Connect" }).click();
      await answerProvider(page, of("yara"));
      await expect(page).toHaveURL(WAYS_IN);
      await expect(page.getByRole("alert")).toContainText("Nothing has changed.");
      await expect(page.getByRole("main")).not.toContainText(of("yara"));
      if (javaScriptEnabled) await expectNoViolations(page);
    });

    test("a new password signs the other browser out", async ({ page, server, signIn, visitor }) => {
      const person = await server.person(`${of("zelda")}@example.org`, "Zelda");
      await signIn(person);
      const other = await visitor();
      await signIn(person, other);
      await page.goto(WAYS_IN);
      await page.getByLabel("Current password").fill("nonsense");
      await page.getByLabel("New password").fill(NEW);
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(page.getByRole("alert")).toContainText("That is not the password of this account.");
      if (javaScriptEnabled) await expectNoViolations(page);
      await other.goto("/rooms");
      await expect(other).toHaveURL("/rooms");

      await page.getByLabel("Current password").fill(PASSWORD);
      await page.getByLabel("New password").fill(NEW);
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(page.getByText("Your password is changed.")).toBeVisible();
      await other.goto("/rooms");
      await expect(other).toHaveURL("/sign-in?next=%2Frooms");
      await fillSignIn(other, person.email, NEW);
      await expect(other).toHaveURL("/rooms");
    });
  });
}
