// Rooms: making, finding, renaming and deleting them.

import { makeRoom } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test.beforeEach(async ({ ada, signIn }) => signIn(ada));

    test("a room is made with a name and who may enter", async ({ page }) => {
      await makeRoom(page, "  Tuesday meeting ", "Members only");
      await expect(page).toHaveURL(/\/rooms\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tuesday meeting");
      const main = page.getByRole("main");
      await expect(main).toContainText("The room is ready.");
      await expect(main).toContainText("Members only");
      await expect(main).toContainText("created by you");
      await page.reload();
      await expect(main).not.toContainText("The room is ready.");
    });

    test("a name that cannot be is refused beside its field", async ({ page }) => {
      await makeRoom(page, "   ", "Everyone with the link");
      await expect(page).toHaveURL("/rooms/new");
      await expect(page.getByRole("alert")).toBeFocused();
      await expect(page.getByRole("alert")).toContainText("One thing needs your attention");
      const name = page.getByLabel("Name");
      await expect(name).toHaveAttribute("aria-invalid", "true");
      await expect(name).toHaveAccessibleDescription(/Enter a name of 1 to 500 characters\.$/);
      await expect(page.getByRole("radio", { name: "Everyone with the link" })).toBeChecked();
      await page.getByRole("alert").getByRole("link").click();
      await expect(name).toBeFocused();

      const long = "x".repeat(501);
      await makeRoom(page, long);
      await expect(name).toHaveAccessibleDescription(/Enter a name of 1 to 500 characters\.$/);
      await expect(name).toHaveValue(long);
    });

    test("an access level that there is not is refused beside the choices", async ({ page }) => {
      await page.goto("/rooms/new");
      await page.getByLabel("Name").fill("Kept name");
      await page.getByRole("radio", { name: "Members only" }).check();
      await page.getByRole("radio", { name: "Members only" }).evaluate((radio: HTMLInputElement) => (radio.value = "vip"));
      await page.getByRole("button", { name: "Create room" }).click();
      await expect(page.getByRole("group", { name: "Who may enter" })).toHaveAccessibleDescription(/Choose who may enter\.$/);
      await expect(page.getByLabel("Name")).toHaveValue("Kept name");
    });

    test("a room starts with one press", async ({ page, ada, calendar }) => {
      // An empty list has no such button.
      await calendar.createRoom(await calendar.tokenFor(ada.email));
      await page.goto("/rooms");
      await page.getByRole("button", { name: "Start now" }).click();
      await expect(page).toHaveURL(/\/rooms\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
      const address = new URL(page.url()).pathname.split("/").at(-1)!;
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(address);
    });

    test("rooms are found by a part of their name or link", async ({ page }) => {
      await makeRoom(page, `Café ${scripts}`);
      const slug = new URL(page.url()).pathname.split("/").at(-1)!;
      for (const text of [`CAFÉ ${scripts}`, slug.slice(0, 7)]) {
        await page.goto("/rooms");
        await page.getByRole("searchbox").fill(text);
        await page.getByRole("button", { name: "Search" }).click();
        await expect(page.getByRole("row").filter({ hasText: slug })).toBeVisible();
        await expect(page.getByRole("searchbox")).toHaveValue(text);
      }
      await page.getByRole("searchbox").fill("nothing like it");
      await page.getByRole("button", { name: "Search" }).click();
      await expect(page.getByRole("main")).toContainText("No room matches “nothing like it”");
      await page.getByRole("link", { name: "Show all rooms" }).click();
      await expect(page).toHaveURL("/rooms");
    });

    test("its owner renames a room", async ({ page }) => {
      await makeRoom(page, "Before");
      const address = page.url();
      await page.getByLabel("Name").fill(" ");
      await page.getByRole("button", { name: "Rename room" }).click();
      await expect(page).toHaveURL(address);
      await expect(page.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Before");
      await page.getByLabel("Name").fill("After");
      await page.getByRole("button", { name: "Rename room" }).click();
      await expect(page).toHaveURL(address);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("After");
      await expect(page.getByRole("main")).toContainText("The room has its new name.");
    });

    test("its owner deletes a room, once she has confirmed", async ({ page }) => {
      await makeRoom(page, "Short-lived");
      const address = page.url();
      await page.getByRole("button", { name: "Delete room" }).click();
      const dialog = page.getByRole("dialog", { name: "Delete “Short-lived”?" });
      await expect(dialog).toBeVisible();
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(dialog).toBeHidden();
      await page.getByRole("button", { name: "Delete room" }).click();
      await dialog.getByRole("button", { name: "Delete room" }).click();
      await expect(page).toHaveURL("/rooms");
      await expect(page.getByRole("main")).toContainText("The room is deleted.");
      const gone = await page.goto(address);
      expect(gone?.status()).toBe(404);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
    });
  });
}

test("a long list comes in parts", async ({ page, server, calendar, signIn }) => {
  const busy = await server.person("busy@example.org", "Busy");
  const token = await calendar.tokenFor(busy.email);
  const slugs: string[] = [];
  for (let room = 0; room < 25; room += 1) slugs.unshift((await calendar.createRoom(token)).slug);
  await signIn(busy);
  await page.goto("/rooms");
  const shown = async () => page.getByRole("rowheader").allTextContents();
  const first = await shown();
  expect(first).toEqual(slugs.slice(0, first.length));
  await expect(page.getByRole("link", { name: "Newer" })).toBeHidden();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("link", { name: "Older" })).toBeHidden();
  expect(await shown()).toEqual(slugs.slice(first.length));
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(page.getByRole("link", { name: "Older" })).toBeVisible();
  expect(await shown()).toEqual(first);
});

test("a first visit shows how to begin", async ({ page, server, signIn }) => {
  await signIn(await server.person("new@example.org", "Newcomer"));
  await page.goto("/rooms");
  await expect(page.getByRole("main")).toContainText("A room is a lasting address for a meeting.");
  await page.getByRole("main").getByRole("link", { name: "New room" }).click();
  await expect(page).toHaveURL("/rooms/new");
});
