// Applications, as an administrator keeps them.

import { Application } from "../support/application";
import { registerApplication } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test.beforeEach(async ({ administrator, signIn }) => signIn(administrator));

    test("what cannot be is refused beside its field, and the rest is kept", async ({ page }) => {
      await page.goto("/admin/applications/new");
      await page.getByRole("switch", { name: "Accounts for people who never signed in" }).check();
      await page.getByRole("checkbox", { name: "rooms:list" }).check();
      await page.getByRole("checkbox", { name: "rooms:create" }).check();
      await page.getByLabel("E-mail domains").fill("example.org\nnot a domain!");
      await page.getByRole("button", { name: "Create application" }).click();

      await expect(page).toHaveURL("/admin/applications/new");
      const summary = page.getByRole("alert");
      await expect(summary).toBeFocused();
      await expect(summary).toContainText("2 things need your attention");
      // In the order of the form.
      await expect(summary.getByRole("link")).toHaveText([/^Enter a name/, /is not a domain/]);
      await expect(page.getByLabel("Name", { exact: true })).toHaveAccessibleDescription(/Enter a name of 1 to 255 characters\.$/);
      await expect(page.getByLabel("E-mail domains")).toHaveAccessibleDescription(/“not” is not a domain\./);
      await expect(page.getByLabel("E-mail domains")).toHaveValue("example.org\nnot a domain!");
      await expect(page.getByRole("checkbox", { name: "rooms:list" })).toBeChecked();
      await expect(page.getByRole("checkbox", { name: "rooms:create" })).toBeChecked();
      await expect(page.getByRole("checkbox", { name: "rooms:delete" })).not.toBeChecked();
      await expect(page.getByRole("switch", { name: "Accounts for people" })).toBeChecked();
      await expect(page.getByRole("switch", { name: "Every domain" })).not.toBeChecked();
    });

    test("its secret is shown once, and works until it is disabled", async ({ page, visitor, server, ada, administrator, signIn }) => {
      const name = `Helpdesk ${scripts}`;
      await registerApplication(page, { name, scopes: ["rooms:list", "rooms:create"], domains: "example.org, example.net" });
      await expect(page).toHaveURL(/\/admin\/applications\/helpdesk-with(out)?-scripts$/);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
      const main = page.getByRole("main");
      await expect(main).toContainText("for people of example.net and example.org; sees nothing else.");
      await expect(main).toContainText("It will not be shown again.");
      const secret = (await main.getByRole("group", { name: "Secret" }).innerText()).match(/prl_cs_\w+/)![0];
      const clientId = (await main.getByRole("group", { name: "Client id" }).first().innerText()).match(/prl_ci_\w{22}/)![0];

      // The same page in another browser of the same person, and once more in this one.
      const elsewhere = await visitor();
      await signIn(administrator, elsewhere);
      await elsewhere.goto(page.url());
      expect(await elsewhere.content()).not.toContain(secret);
      await page.reload();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
      expect(await page.content()).not.toContain(secret);
      expect(server.logged.join("\n")).not.toContain(secret);

      const application = new Application(server.url, clientId, secret);
      const token = await application.tokenFor(ada.email);
      await application.createRoom(token);
      expect((await application.ask("somebody@elsewhere.example.org")).status).toBe(403);

      await page.getByRole("button", { name: "Disable application" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Disable application" }).click();
      await expect(main).toContainText("The application is disabled. Its tokens have stopped working.");
      expect((await application.ask(ada.email)).status).toBe(401);
      expect((await application.listRooms(token)).status).toBe(401);

      await page.getByRole("button", { name: "Enable application" }).click();
      await expect(main).toContainText("The application is active.");
      expect((await application.listRooms(token)).status).toBe(200);
      expect((await application.ask(ada.email)).status).toBe(200);
    });

    test("the list says what each may do, and for whom", async ({ page, server }) => {
      await server.application({ name: `Agenda ${scripts}`, scopes: ["rooms:list"], domains: ["example.net"] });
      await page.goto("/");
      await page.getByRole("banner").getByRole("link", { name: "Applications" }).click();
      const row = page.getByRole("row").filter({ hasText: `Agenda ${scripts}` });
      await expect(row).toContainText("rooms:list");
      await expect(row).toContainText("example.net");
      await expect(row).toContainText("Active");
      await row.getByRole("link").click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Agenda ${scripts}`);
    });
  });
}

test("a person who is no administrator is told so", async ({ page, ada, calendar, signIn, baseURL }) => {
  expect(calendar.clientId).toMatch(/^prl_ci_/);
  await signIn(ada);
  for (const address of ["/admin/applications", "/admin/applications/new", "/admin/applications/team-calendar"]) {
    expect((await page.goto(address))?.status(), address).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("You may not do this");
    await expect(page.getByRole("banner").getByRole("link", { name: "Applications" })).toBeHidden();
  }
  const form = { application: "team-calendar", active: "false" };
  const headers = { origin: baseURL!, accept: "text/html" };
  await page.request.post("/actions/applications/switch", { form, headers });
  expect((await calendar.ask(ada.email)).status).toBe(200);
});

test("a stranger is asked to sign in", async ({ page }) => {
  for (const address of ["/admin/applications", "/admin/applications/new", "/admin/applications/team-calendar"]) {
    await page.goto(address);
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(address)}`);
  }
});

test("an application that there is not", async ({ page, administrator, signIn }) => {
  await signIn(administrator);
  expect((await page.goto("/admin/applications/none"))?.status()).toBe(404);
});
