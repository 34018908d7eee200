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
      await expect(page).toHaveURL(/\/admin\/applications\/helpdesk-with(out)?-scripts\/credentials$/);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
      const main = page.getByRole("main");
      await expect(main).toContainText("May list and create rooms for people of example.net and example.org; sees nothing else.");
      await expect(main).toContainText("It will not be shown again.");
      const secret = (await main.getByRole("group", { name: "Secret", exact: true }).innerText()).match(/prl_cs_\w+/)![0];
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

      await page.getByRole("link", { name: "Danger" }).click();
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

    test("a secret is replaced: at first with an overlap, then at once", async ({ page, server, ada }) => {
      const made = await server.application({ name: `Replaced ${scripts}` });
      const replace = async (reason: string, end: string) => {
        await page.getByLabel("Reason").last().selectOption({ label: reason });
        await page.getByRole("radio", { name: end }).check();
        await page.getByRole("button", { name: "Make new secret" }).click();
        const shown = page.getByRole("main").getByRole("group", { name: "Secret", exact: true });
        const secret = (await shown.innerText()).match(/prl_cs_\w+/)![0];
        return new Application(server.url, made.clientId, secret);
      };
      await page.goto(`/admin/applications/replaced-${scripts.replaceAll(" ", "-")}/credentials`);
      const second = await replace("It is time", "In an hour");
      expect([(await made.ask(ada.email)).status, (await second.ask(ada.email)).status]).toEqual([200, 200]);
      await page.reload();
      await expect(page.getByRole("main")).toContainText("Two secrets work now");
      const third = await replace("Somebody else may know it", "Now");
      const statuses = await Promise.all([made, second, third].map(async (each) => (await each.ask(ada.email)).status));
      expect(statuses).toEqual([401, 401, 200]);
    });

    test("it is deleted by whoever types its name", async ({ page, server, ada }) => {
      const made = await server.application({ name: `Doomed ${scripts}` });
      await page.goto(`/admin/applications/doomed-${scripts.replaceAll(" ", "-")}/danger`);
      for (const [typed, gone] of [["Doomed", false], [`Doomed ${scripts}`, true]] as const) {
        if (!(await page.getByRole("dialog").isVisible())) await page.getByRole("button", { name: "Delete application" }).click();
        await page.getByRole("dialog").getByLabel(/^Type/).fill(typed);
        await page.getByRole("button", { name: "Delete for good" }).click();
        if (gone) await expect(page).toHaveURL("/admin/applications");
        else await expect(page.getByRole("dialog")).toContainText("Type the name exactly");
      }
      await expect(page.getByRole("status")).toContainText("is deleted.");
      expect((await made.ask(ada.email)).status).toBe(401);
    });

    test("the test says what to change, in words", async ({ page, server, ada }) => {
      await server.application({ name: `Tested ${scripts}`, scopes: ["rooms:list"] });
      await page.goto(`/admin/applications/tested-${scripts.replaceAll(" ", "-")}/test`);
      for (const [email, told] of [[ada.email, "Works:"], ["ada@elsewhere.example", "may not act for people of elsewhere.example"]]) {
        await page.getByLabel("For the person with this e-mail address").fill(email!);
        await page.getByRole("button", { name: "Test" }).click();
        await expect(page.getByRole("main")).toContainText(told!);
      }
    });

    test("the list says what each may do, and for whom", async ({ page, server }) => {
      await server.application({ name: `Agenda ${scripts}`, scopes: ["rooms:list"], domains: ["example.net"] });
      await page.goto("/");
      await page.getByRole("banner").getByRole("link", { name: "Applications" }).click();
      const row = page.getByRole("row").filter({ hasText: `Agenda ${scripts}` });
      await expect(row).toContainText("May list rooms for people of example.net; sees nothing else.");
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
  const refusals = [
    ["/admin/applications", 403, "You may not do this"],
    ["/admin/applications/new", 403, "You may not do this"],
    // Whether there is such an application is not hers to know.
    ["/admin/applications/team-calendar", 404, "There is nothing here"],
  ] as const;
  for (const [address, status, title] of refusals) {
    expect((await page.goto(address))?.status(), address).toBe(status);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
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
