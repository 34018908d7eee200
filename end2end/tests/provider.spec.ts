// Signing in through an organisation's provider, on its own page, and out again.

import type { Page } from "@playwright/test";

import { expectNoSidewaysScrolling, expectNoViolations } from "../support/accessibility";
import { answerProvider, fillSignIn, openPersonMenu, signInThrough } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

test.use({ providers: true });

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const me = async (page: Page) => (await page.request.get("/auth/users/me/")).json();

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });
    const of = (name: string) => `${name}-${javaScriptEnabled}`;

    test("in through the provider's own page, and out at both", async ({ page, organisation, baseURL }) => {
      const email = `${of("vera")}@example.org`;
      await organisation.person(of("vera"), email, { given_name: "Vera", usual_name: "Molnár" });
      await page.goto("/rooms/new");
      await page.getByRole("link", { name: "Sign in with Meridian Connect" }).click();
      expect(new URL(page.url()).origin).toBe(organisation.issuer);
      await answerProvider(page, of("vera"));
      await expect(page).toHaveURL("/rooms/new");
      expect(await me(page)).toMatchObject({ email, name: "Vera Molnár" });

      await openPersonMenu(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(h1(page)).toHaveText("Sign out");
      expect(new URL(page.url()).origin).toBe(organisation.issuer);
      // Here the session ended before the visit.
      expect((await page.request.get(`${baseURL}/auth/users/me/`)).status()).toBe(401);
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page).toHaveURL("/");
      await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
      await page.goto("/auth/meridian/login/");
      await expect(page.getByLabel("Account")).toBeVisible();
    });

    test("who gives up at the provider is not signed in, and may start again", async ({ page }) => {
      await page.goto("/sign-in");
      await page.getByRole("link", { name: "Sign in with Meridian Connect" }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await expect(h1(page)).toHaveText("You are not signed in");
      await expect(page.getByRole("main")).toContainText(/Reference to quote: \S{8}/);
      await page.getByRole("link", { name: "Back to the sign-in page" }).click();
      await expect(page).toHaveURL("/sign-in");
      expect((await page.request.get("/auth/users/me/")).status()).toBe(401);
    });

    test("a provider that is down says so, and the others are there", async ({ page, organisation }) => {
      await organisation.person(of("walter"), `${of("walter")}@example.org`);
      await page.goto("/sign-in");
      const down = page.getByRole("link", { name: "Sign in with Library Pass" });
      await expect(page.getByRole("main")).toContainText("Library Pass does not answer just now.");
      await expect(down).toHaveAccessibleDescription(/does not answer just now/);
      await expect(page.getByRole("main")).not.toContainText("Meridian Connect does not answer");
      const answered = page.waitForResponse((response) => response.url().includes("/auth/library/login/"));
      await down.click();
      expect((await answered).status()).toBe(503);
      await expect(h1(page)).toHaveText("The sign-in service does not answer");
      await page.getByRole("link", { name: "Back to the sign-in page" }).click();
      await page.getByRole("link", { name: "Sign in with Meridian Connect" }).click();
      await answerProvider(page, of("walter"));
      await expect(page).toHaveURL("/rooms");
    });

    test("in silence, whoever is signed in there is let in, and nobody is asked anything", async ({ page, organisation }) => {
      const silently = "/auth/meridian/login/?silent=true&next=/rooms";
      await page.goto(silently);
      await expect(page).toHaveURL("/sign-in?next=%2Frooms");
      await page.goto("/auth/library/login/?silent=true&next=/docs");
      await expect(page).toHaveURL("/docs");

      await organisation.person(of("xenia"), `${of("xenia")}@example.org`);
      await signInThrough(page, "Meridian Connect", of("xenia"));
      await expect(page).toHaveURL("/rooms");
      // Only our own cookies are lost.
      await page.context().clearCookies({ name: "parloir" });
      await page.goto("/rooms");
      await expect(page).toHaveURL("/sign-in?next=%2Frooms");
      await page.goto(silently);
      await expect(page).toHaveURL("/rooms");
      expect(await me(page)).toMatchObject({ email: `${of("xenia")}@example.org` });
    });

    test("an address that is an account's already: in the old way, then both are one", async ({ page, server, organisation }) => {
      const person = await server.person(`${of("yann")}@example.org`, "Yann");
      await organisation.person(of("yann"), person.email);
      await signInThrough(page, "Meridian Connect", of("yann"));
      await expect(page).toHaveURL("/sign-in/conflict");
      await expect(page.getByRole("main")).toContainText(`You signed in with Meridian Connect as ${person.email}.`);
      expect((await page.request.get("/auth/users/me/")).status()).toBe(401);

      await page.getByRole("link", { name: "Sign in as before" }).click();
      await fillSignIn(page, person.email);
      await expect(page).toHaveURL("/sign-in/conflict");
      await page.getByRole("button", { name: "Connect the two" }).click();
      await expect(page).toHaveURL("/rooms");
      await expect(page.getByRole("main")).toContainText("Both ways to sign in now lead to this account.");
      await page.goto("/sign-in/conflict");
      await expect(h1(page)).toHaveText("There is nothing to decide");

      await page.context().clearCookies({ name: "parloir" });
      await page.goto("/auth/meridian/login/?next=/rooms");
      await expect(page).toHaveURL("/rooms");
      expect(await me(page)).toMatchObject({ id: person.id });
    });

    test("an administrator decides whose account it is", async ({ page, visitor, server, organisation, administrator, signIn }) => {
      const person = await server.person(`${of("zoe")}@example.org`, of("Zoe"));
      await organisation.person(of("zoe"), person.email, { given_name: of("Zoé") });
      const desk = await visitor();
      await signIn(administrator, desk);
      const asked = desk.getByRole("row").filter({ hasText: of("Zoé") });
      const decide = async (how: "Connect" | "Refuse") => {
        await desk.goto("/admin/sign-in-requests");
        await expect(asked).toContainText(person.email);
        await asked.getByRole("button", { name: how }).click();
        await expect(desk).toHaveURL("/admin/sign-in-requests");
        await expect(asked).toHaveCount(0);
      };
      await signInThrough(page, "Meridian Connect", of("zoe"));
      await page.getByRole("button", { name: "Ask an administrator" }).click();
      await expect(page.getByRole("main")).toContainText("You asked an administrator");
      await expect(page.getByRole("button", { name: "Ask an administrator" })).toHaveCount(0);
      await decide("Refuse");
      await expect(desk.getByRole("main")).toContainText("Refused. Nothing was connected.");

      await page.goto("/auth/meridian/login/?next=/rooms");
      await expect(page).toHaveURL("/sign-in/conflict");
      await page.getByRole("button", { name: "Ask an administrator" }).click();
      await expect(page.getByRole("main")).toContainText("You asked an administrator");
      await decide("Connect");
      await expect(desk.getByRole("main")).toContainText("Connected.");
      await page.goto("/auth/meridian/login/?next=/rooms");
      await expect(page).toHaveURL("/rooms");
      expect(await me(page)).toMatchObject({ id: person.id });
    });
  });
}

test("another browser sees nothing of a conflict, and only administrators see requests", async ({ page, ben, signIn }) => {
  await page.goto("/sign-in/conflict");
  await expect(h1(page)).toHaveText("There is nothing to decide");
  await page.goto("/admin/sign-in-requests");
  await expect(page).toHaveURL("/sign-in?next=%2Fadmin%2Fsign-in-requests");
  await signIn(ben);
  await page.goto("/admin/sign-in-requests");
  await expect(h1(page)).toHaveText("You may not do this");
});

test("forms may lead to the provider, and nowhere else", async ({ page, organisation }) => {
  const policy = (await page.request.get("/")).headers()["content-security-policy"]!;
  const forms = policy.split(";").map((directive) => directive.trim()).find((directive) => directive.startsWith("form-action"));
  expect(forms).toBe(`form-action 'self' ${organisation.issuer}`);
});

test("by keyboard alone", async ({ page, organisation }) => {
  await organisation.person("keys", "keys@example.org");
  await page.goto("/sign-in");
  const tabTo = async (name: string) => {
    const focused = page.locator(":focus");
    for (let steps = 0; steps < 20; steps += 1) {
      await page.keyboard.press("Tab");
      if ((await focused.count()) && (await focused.innerText()).trim() === name) return;
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await tabTo("Sign in with Meridian Connect");
  await expect(page.locator(":focus")).toHaveCSS("outline-style", "solid");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Account")).toBeVisible();
  await page.getByLabel("Account").focus();
  await page.keyboard.type("keys");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/rooms");
});

test.describe("on a phone in French", () => {
  test.use({ locale: "fr-FR", viewport: { width: 390, height: 800 } });

  const looksGood = async (page: Page) => {
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
    await expectNoSidewaysScrolling(page);
    await expectNoViolations(page);
  };

  test("in, up to the page of a conflict, and to a provider that is down", async ({ page, server, organisation }) => {
    await server.person("manon@example.org", "Manon");
    await organisation.person("manon", "manon@example.org");
    await page.goto("/sign-in");
    await expect(page.getByRole("main")).toContainText("Pass Bibliothèque ne répond pas pour l’instant.");
    await looksGood(page);
    await page.getByRole("link", { name: "Se connecter avec Méridien Connect" }).click();
    await answerProvider(page, "manon");
    await expect(h1(page)).toHaveText("Un compte existe déjà avec cette adresse");
    await expect(page.getByRole("main")).toContainText("avec Méridien Connect en tant que manon@example.org.");
    await looksGood(page);
    await page.getByRole("button", { name: "Demander à l’administration" }).click();
    await expect(page.getByRole("main")).toContainText("Votre demande est transmise");
    await looksGood(page);
    await page.goto("/auth/library/login/");
    await expect(h1(page)).toHaveText("Le service de connexion ne répond pas");
    await looksGood(page);
    await page.getByRole("link", { name: "Revenir à la page de connexion" }).click();
    await expect(page).toHaveURL("/sign-in");
  });
});
