// What is held of a person: she takes it with her, hands over her room, and deletes her account.

import { readFile } from "node:fs/promises";

import { expectNoSidewaysScrolling, expectNoViolations } from "../support/accessibility";
import { makeRoom, signInThrough } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

test.use({ providers: true });

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("she downloads her data, hands over a room, goes, and comes back as somebody new", async ({ page, organisation, server, visitor, signIn }) => {
      const name = `clara-${javaScriptEnabled}`;
      const email = `${name}@example.org`;
      await organisation.person(name, email, { given_name: "Clara", usual_name: "Rockmore" });
      const heir = await server.person(`heir-${javaScriptEnabled}@example.org`, "Leon Theremin");
      await signInThrough(page, "Meridian Connect", name);
      await expect(page).toHaveURL("/rooms");
      const before = (await (await page.request.get("/auth/users/me/")).json()).id;
      await makeRoom(page, "Quartet");
      const room = page.url();
      await makeRoom(page, "Solo");

      await page.goto("/account");
      await page.getByRole("link", { name: "Your data" }).click();
      await expect(page).toHaveURL("/account/data");
      if (javaScriptEnabled) await expectNoViolations(page);
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download" }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(/^parloir-account-\d{4}-\d\d-\d\d\.json$/);
      const document = JSON.parse(await readFile(await download.path(), "utf8"));
      expect(document.account).toMatchObject({ id: before, email, name: "Clara Rockmore" });
      expect(document.rooms.map((room: { name: string }) => room.name).sort()).toEqual(["Quartet", "Solo"]);

      // Nothing is deleted until everything is said.
      await page.getByLabel(/^Type /).fill(email);
      await page.getByRole("button", { name: "Delete my account" }).click();
      await expect(page.getByRole("alert")).toContainText("Choose what becomes of this room.");
      if (javaScriptEnabled) await expectNoViolations(page);
      await expectNoSidewaysScrolling(page);
      await page.getByLabel("What becomes of “Quartet”?").selectOption("It goes to somebody else, by e-mail address");
      await page.getByLabel("New owner of “Quartet”").fill(heir.email);
      await page.getByLabel("What becomes of “Solo”?").selectOption("It is deleted");
      await page.getByRole("button", { name: "Delete my account" }).click();
      await expect(page).toHaveURL("/");
      await expect(page.getByRole("status").first()).toContainText("Your account is deleted.");
      await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
      expect((await page.request.get("/auth/users/me/")).status()).toBe(401);

      const elsewhere = await visitor();
      await signIn(heir, elsewhere);
      await elsewhere.goto(room);
      await expect(elsewhere.getByRole("button", { name: "Delete room" })).toBeVisible();

      // The provider knows her still: here she is somebody new.
      await page.goto("/auth/meridian/login/?next=/rooms");
      await expect(page).toHaveURL("/rooms");
      const after = (await (await page.request.get("/auth/users/me/")).json()).id;
      expect(after).not.toBe(before);
      await expect(page.getByRole("main")).not.toContainText("Quartet");
    });

    test("two accounts of one person become one", async ({ page, server, administrator, signIn }) => {
      const goes = await server.person(`goes-${javaScriptEnabled}@example.org`, `Goes ${scripts}`);
      const stays = await server.person(`stays-${javaScriptEnabled}@example.org`, `Stays ${scripts}`);
      await signIn(administrator);
      await page.goto(`/admin/users/${goes.id}`);
      await page.getByRole("link", { name: "Merge into another account" }).click();
      await page.getByRole("searchbox").fill(stays.email);
      await page.getByRole("main").getByRole("button", { name: "Search" }).click();
      await expect(page.getByRole("main")).toContainText(`${goes.email} is free again`);
      if (javaScriptEnabled) await expectNoViolations(page);
      await page.getByLabel(/the account that goes$/).fill(goes.email);
      await page.getByLabel(/the account that stays$/).last().fill(stays.email);
      await page.getByRole("button", { name: "Merge" }).click();
      await expect(page).toHaveURL(`/admin/users/${stays.id}`);
      await expect(page.getByRole("status").first()).toContainText("The two accounts are one now.");
    });

    test("an administrator deletes an account", async ({ page, server, administrator, signIn }) => {
      const person = await server.person(`leaves-${javaScriptEnabled}@example.org`, `Leaves ${scripts}`);
      await signIn(administrator);
      await page.goto(`/admin/users/${person.id}`);
      await page.getByRole("button", { name: "Delete account" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(/^Type /).fill(person.email);
      await dialog.getByRole("button", { name: "Delete account" }).click();
      await expect(page).toHaveURL("/admin/users");
      await expect(page.getByRole("status").first()).toContainText("The account is deleted.");
    });
  });
}
