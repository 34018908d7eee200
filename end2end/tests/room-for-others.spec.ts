// What a room's page tells those who have no role in it.

import { fillSignIn } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

const NAME = "Board, in confidence";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("of an open room: its name and who may enter", async ({ page, calendar, ada, ben, signIn }) => {
      const room = await calendar.createRoom(await calendar.tokenFor(ada.email), { access_level: "trusted" });
      const main = page.getByRole("main");

      expect((await page.goto(`/rooms/${room.slug}`))?.status()).toBe(200);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(room.slug);
      await expect(main).toContainText("Signed-in people enter directly; others wait in the lobby.");
      await expect(main).not.toContainText("Team calendar");
      await expect(page.getByRole("button", { name: "Rename room" })).toBeHidden();
      await main.getByRole("link", { name: "Sign in" }).click();
      await fillSignIn(page, ben.email);
      await expect(page).toHaveURL(`/rooms/${room.slug}`);
      await expect(main).toContainText("You have no role in this room.");
      await expect(page.getByRole("button", { name: "Delete room" })).toBeHidden();

      await page.context().clearCookies();
      await signIn(ada);
      await page.goto(`/rooms/${room.slug}`);
      await expect(page.getByRole("button", { name: "Delete room" })).toBeVisible();
    });

    test("of a restricted room: that it exists", async ({ page, calendar, ada, ben, signIn }) => {
      const token = await calendar.tokenFor(ada.email);
      const room = await calendar.createRoom(token, { access_level: "restricted" });
      await signIn(ada);
      await page.goto(`/rooms/${room.slug}`);
      await page.getByLabel("Name").fill(NAME);
      await page.getByRole("button", { name: "Rename room" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(NAME);

      await page.context().clearCookies();
      expect((await page.goto(`/rooms/${room.slug}`))?.status()).toBe(200);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("A room for its members");
      expect(await page.content()).not.toContain(NAME);
      await expect(page.getByRole("main").getByRole("link", { name: "Sign in" })).toBeVisible();

      await signIn(ben);
      await page.goto(`/rooms/${room.slug}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("A room for its members");
      expect(await page.content()).not.toContain(NAME);
      await expect(page.getByRole("main").getByRole("link", { name: "Sign in" })).toBeHidden();
    });
  });
}

test("of an unknown room: nothing", async ({ page, ada, signIn }) => {
  for (const address of ["/rooms/aaa-aaaa-aaa", "/aaa-aaaa-aaa", "/rooms/NOT%20one"]) {
    expect((await page.goto(address))?.status(), address).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  }
  await signIn(ada);
  expect((await page.goto("/rooms/aaa-aaaa-aaa"))?.status()).toBe(404);
});

test("whoever has no role changes nothing, whatever she sends", async ({ page, calendar, ada, ben, signIn, baseURL }) => {
  const room = await calendar.createRoom(await calendar.tokenFor(ada.email));
  await signIn(ben);
  for (const [action, form] of [
    ["/actions/rooms/rename", { room: room.slug, name: "Taken over" }],
    ["/actions/rooms/delete", { room: room.slug }],
  ] as const) {
    const headers = { origin: baseURL!, accept: "text/html" };
    const answer = await page.request.post(action, { form, headers, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
    await page.goto(`/rooms/${room.slug}`);
    await expect(page.getByRole("main")).toContainText("Your account does not have the right");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(room.slug);
  }
});
