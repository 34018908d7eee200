// Forms that another site sends, and what forms leave behind for the next page.

import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:http";

import { fillSignIn, makeRoom, registerApplication } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

test.describe("another site", () => {
  let attacker: Server;
  let form = "";

  test.beforeAll(async () => {
    attacker = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>Another site</title>${form}`);
    }).listen(0);
    await once(attacker, "listening");
  });

  test.afterAll(async () => {
    attacker.closeAllConnections();
    attacker.close();
    await once(attacker, "close");
  });

  // The same machine under another name is another site; under the same name it is another origin of the same site.
  for (const host of ["localhost", "127.0.0.1"]) {
    test(`a form sent from ${host} is refused`, async ({ page, server, calendar, ada, signIn, watch }) => {
      const origin = `http://${host}:${(attacker.address() as AddressInfo).port}`;
      watch.allow(origin);
      const room = await calendar.createRoom(await calendar.tokenFor(ada.email));
      await signIn(ada);
      form = `<form method="post" action="${server.url}/actions/rooms/delete">
        <input name="room" value="${room.slug}"><button>Win a prize</button></form>`;
      await page.goto(origin);
      const answered = page.waitForResponse((response) => response.url().startsWith(server.url));
      await page.getByRole("button").click();
      expect((await answered).status()).toBe(403);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("This came from somewhere else");
      await expect(page.getByRole("main")).toContainText("we act only on forms sent from our own pages");
      await page.goto(`/rooms/${room.slug}`);
      await expect(page.getByRole("button", { name: "Delete room" })).toBeVisible();
    });

    test(`a sign-in or sign-out sent from ${host} is refused`, async ({ page, server, ada, signIn, watch }) => {
      const origin = `http://${host}:${(attacker.address() as AddressInfo).port}`;
      watch.allow(origin);
      await signIn(ada);
      for (const action of ["/auth/logout/", "/actions/sign-in", "/actions/language"]) {
        form = `<form method="post" action="${server.url}${action}"><button>Win a prize</button></form>`;
        await page.goto(origin);
        const answered = page.waitForResponse((response) => response.url() === `${server.url}${action}`);
        await page.getByRole("button").click();
        expect((await answered).status(), action).toBe(403);
      }
      expect((await page.request.get("/auth/users/me/")).status()).toBe(200);
    });
  }
});

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(`what a form leaves, ${scripts}`, () => {
    test.use({ javaScriptEnabled });

    test("a stranger sees it once", async ({ page }) => {
      await page.goto("/sign-in");
      await fillSignIn(page, "once@example.org");
      await expect(page.getByLabel("E-mail address")).toHaveValue("once@example.org");
      await page.reload();
      await expect(page.getByRole("alert")).toBeHidden();
      await expect(page.getByLabel("E-mail address")).toHaveValue("");
      expect(await page.context().cookies()).toEqual([]);
    });

    test("a person sees it once", async ({ page, ada, signIn }) => {
      await signIn(ada);
      await makeRoom(page, " ", "Members only");
      await expect(page.getByRole("alert")).toBeVisible();
      await page.reload();
      await expect(page.getByRole("alert")).toBeHidden();
      await expect(page.getByRole("radio", { name: "Signed-in people" })).toBeChecked();
    });

    test("nobody else sees it", async ({ page, visitor, administrator, signIn, baseURL }) => {
      await signIn(administrator);
      const elsewhere = await visitor();
      await signIn(administrator, elsewhere);
      // Left by the one, not yet read by her: the answer to her form is not followed.
      const answer = await page.request.post("/actions/rooms/create", {
        form: { name: "", access_level: "public" },
        headers: { origin: baseURL! },
        maxRedirects: 0,
      });
      expect(answer.headers().location).toBe("/rooms/new");
      await elsewhere.goto("/rooms/new");
      await expect(elsewhere.getByRole("alert")).toBeHidden();
      await page.goto("/rooms/new");
      await expect(page.getByRole("alert")).toBeVisible();
      await expect(page.getByRole("radio", { name: "Everyone with the link" })).toBeChecked();
    });
  });
}

test("a form of another page does not find it", async ({ page, administrator, signIn }) => {
  await signIn(administrator);
  await registerApplication(page, { name: "" });
  await expect(page.getByRole("alert")).toBeVisible();
  await page.goto("/rooms/new");
  await expect(page.getByRole("alert")).toBeHidden();
});

test("a form that cannot be read is refused with a page, and nothing is said in the address", async ({ page, ada, signIn }) => {
  await signIn(ada);
  await page.goto("/rooms/new");
  await page.getByLabel("Name").evaluate((field: HTMLInputElement) => (field.name = "start_now"));
  await page.getByLabel("Name").fill("not a boolean");
  await page.getByRole("button", { name: "Create room" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("We could not read that");
  expect(page.url()).not.toContain("__");
});
