// In which language a person reads.

import { fillSignIn } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test.describe("in a French browser", () => {
      test.use({ locale: "fr-FR" });

      test("a stranger reads French, and keeps what she chooses", async ({ page }) => {
        await page.goto("/sign-in?next=/rooms/new");
        await expect(page.locator("html")).toHaveAttribute("lang", "fr");
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("Connexion");
        await page.getByRole("button", { name: "English" }).click();
        await expect(page).toHaveURL(/\/sign-in/);
        await expect(page.locator("html")).toHaveAttribute("lang", "en");
        await page.goto("/");
        await expect(page.locator("html")).toHaveAttribute("lang", "en");
        await page.getByRole("button", { name: "Français" }).click();
        await expect(page).toHaveURL("/");
        await expect(page.locator("html")).toHaveAttribute("lang", "fr");
      });
    });

    test("a person's choice goes with her to another browser", async ({ page, visitor, server }) => {
      const person = await server.person(`chooses-${javaScriptEnabled}@example.org`, "Camille");
      await page.goto("/sign-in");
      await fillSignIn(page, person.email);
      const me = async () => (await page.request.get("/auth/users/me/")).json();
      expect(await me()).toMatchObject({ language: null });
      await page.getByRole("button", { name: "Français" }).click();
      await expect(page).toHaveURL("/rooms");
      await expect(page.locator("html")).toHaveAttribute("lang", "fr");
      expect(await me()).toMatchObject({ language: "fr" });

      const elsewhere = await visitor();
      await elsewhere.goto("/sign-in");
      await expect(elsewhere.locator("html")).toHaveAttribute("lang", "en");
      await fillSignIn(elsewhere, person.email);
      await expect(elsewhere.locator("html")).toHaveAttribute("lang", "fr");
    });
  });
}

test.describe("in a French browser", () => {
  test.use({ locale: "fr-FR" });

  test("numbers and dates follow the language", async ({ page, administrator, signIn, calendar, ada }) => {
    await signIn(administrator);
    await page.goto("/admin/applications/new");
    const domains = page.getByRole("textbox", { name: "Domaines" });
    await page.getByRole("button", { name: "Créer l’application" }).click();
    await expect(page.getByRole("alert")).toContainText("Un point demande votre attention");
    await domains.fill("pas un domaine");
    await page.getByRole("button", { name: "Créer l’application" }).click();
    await expect(page.getByRole("alert")).toContainText("2 points demandent votre attention");
    await expect(domains).toHaveAccessibleDescription(/«\u00a0pas\u00a0» n’est pas un domaine/);

    await page.context().clearCookies();
    await calendar.createRoom(await calendar.tokenFor(ada.email));
    await signIn(ada);
    await page.goto("/rooms");
    const made = page.getByRole("row").nth(1).locator("time");
    await expect(made).toHaveText("à l’instant");
    await expect(made).toHaveAttribute("title", /^(1er|\d{1,2})\u00a0\S+\u00a0\d{4}, \d{1,2}\u00a0h\u00a0\d{2}$/);
    await expect(page.getByRole("row").nth(1)).toContainText("créée par Team calendar");
  });
});

test("dates in English", async ({ page, ada, signIn, calendar }) => {
  await calendar.createRoom(await calendar.tokenFor(ada.email));
  await signIn(ada);
  await page.goto("/rooms");
  const made = page.getByRole("row").nth(1).locator("time");
  await expect(made).toHaveText("just now");
  await expect(made).toHaveAttribute("title", /^\d{1,2}\u00a0[A-Z][a-z]{2}\u00a0\d{4}, \d{2}:\d{2}$/);
});

test("a choice that is no language changes nothing", async ({ page, baseURL }) => {
  const form = { language: "xx", next: "//evil.example.org" };
  const answer = await page.request.post("/actions/language", { form, headers: { origin: baseURL! }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers().location).toBe("/");
  expect(answer.headers()["set-cookie"] ?? "").not.toContain("parloir-language");
});
