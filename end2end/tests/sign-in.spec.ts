// Signing in and out.

import { fillSignIn, openPersonMenu } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("a wrong password is refused beside what was typed, less the password", async ({ page, ada }) => {
      await page.goto("/sign-in?next=/rooms/new");
      await fillSignIn(page, ada.email, "not her password");

      await expect(page).toHaveURL("/sign-in?next=%2Frooms%2Fnew");
      const summary = page.getByRole("alert");
      await expect(summary).toContainText("This e-mail address and password do not belong together.");
      await expect(summary).toBeFocused();
      await expect(page.getByLabel("E-mail address")).toHaveValue(ada.email);
      await expect(page.getByLabel("Password")).toHaveValue("");
      expect(await page.content()).not.toContain("not her password");

      // The way on is not forgotten.
      await fillSignIn(page, ada.email);
      await expect(page).toHaveURL("/rooms/new");
    });

    test("an unknown person is refused in the same words", async ({ page }) => {
      await page.goto("/sign-in");
      await fillSignIn(page, "nobody@example.org");
      await expect(page.getByRole("alert")).toContainText("do not belong together");
      await expect(page.getByLabel("E-mail address")).toHaveValue("nobody@example.org");
    });

    test("a page that needs a person comes after the sign-in page", async ({ page, ada }) => {
      await page.goto("/rooms?q=tuesday");
      await expect(page).toHaveURL("/sign-in?next=%2Frooms%3Fq%3Dtuesday");
      await fillSignIn(page, ada.email);
      await expect(page).toHaveURL("/rooms?q=tuesday");
    });

    test("signing out ends the session", async ({ page, ada, signIn }) => {
      await signIn(ada);
      await page.goto("/rooms");
      await openPersonMenu(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page).toHaveURL("/");
      await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
      await page.goto("/rooms");
      await expect(page).toHaveURL("/sign-in?next=%2Frooms");
    });
  });
}

for (const next of ["//evil.example.org", "https://evil.example.org/", "/\\evil.example.org", "javascript:alert(1)"]) {
  test(`nobody is sent on to ${next}`, async ({ page, baseURL, ada }) => {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, ada.email);
    await expect(page.getByRole("banner").getByText("Your menu")).toBeAttached();
    expect(new URL(page.url()).origin).toBe(baseURL);
  });
}

test("who is signed in goes on from the sign-in page", async ({ page, ada, signIn }) => {
  await signIn(ada);
  await page.goto("/sign-in");
  await expect(page).toHaveURL("/rooms");
  await page.goto("/sign-in?next=/rooms/new");
  await expect(page).toHaveURL("/rooms/new");
});

test("a disabled person is signed out, and told so after the right password alone", async ({ page, server, signIn }) => {
  const eve = await server.person("eve@example.org", "Eve");
  await signIn(eve);
  await page.goto("/rooms");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await server.command(["user", "disable", eve.email]);
  await page.goto("/rooms");
  await expect(page).toHaveURL("/sign-in?next=%2Frooms");
  await fillSignIn(page, eve.email, "a guess");
  await expect(page.getByRole("alert")).toContainText("do not belong together");
  await fillSignIn(page, eve.email);
  await expect(page.getByRole("alert")).toContainText("This account is disabled.");
});

test("who mistypes too often waits", async ({ page, server }) => {
  const hasty = await server.person("hasty@example.org", "Hasty");
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const data = { email: hasty.email, password: "wrong" };
    expect((await page.request.post("/auth/login/", { data })).status()).toBe(401);
  }
  await page.goto("/sign-in");
  await fillSignIn(page, hasty.email);
  await expect(page.getByRole("alert")).toContainText("Wait a few minutes, then try again.");
});
