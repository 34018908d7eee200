// Who may not make rooms: what she is told, and what she can do all the same.

import { Gated } from "../support/deploy-center";
import { answerProvider } from "../support/people";
import { SCRIPTS, expect, test } from "../support/test";

let gated: Gated;

test.beforeAll(async () => {
  gated = await Gated.start();
});

test.afterAll(async () => {
  await gated.stop();
});

test.beforeEach(({ watch }) => {
  for (const origin of gated.origins) watch.allow(origin);
});

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("she reads why, whom to ask, and may look again", async ({ page }) => {
      await page.goto(`${gated.server.url}/auth/meridian/login/?next=/rooms/new`);
      await answerProvider(page, "inactive");
      await expect(page).toHaveURL(`${gated.server.url}/no-access`);
      const main = page.getByRole("main");
      await expect(main).toContainText("Commune of Example has not activated this service.");
      const ask = page.getByRole("link", { name: "Ask Syndicate of the Communes of Example for it" });
      await expect(ask).toHaveAttribute("href", "https://syndicate.example.org/join");
      await expect(main).toContainText("Operator without a page");
      await page.getByRole("button", { name: "Check again" }).click();
      await expect(page.getByRole("status")).toContainText(/We have just checked|You have checked several times/);
      await page.goto(`${gated.server.url}/rooms`);
      await expect(main).toContainText("You cannot make new rooms yet.");
      await expect(page.getByRole("button", { name: "Start now" })).toHaveCount(0);
      await page.getByRole("link", { name: "See why" }).click();
      await main.getByRole("button", { name: "Sign out" }).click();
      expect((await page.request.get(`${gated.server.url}/auth/users/me/`)).status()).toBe(401);
    });

    test("where nobody knows, the page comes again by itself", async ({ page }) => {
      const response = page.waitForResponse((response) => response.url().endsWith("/no-access"));
      await page.goto(`${gated.server.url}/auth/meridian/login/?next=/rooms`);
      await answerProvider(page, "unanswered");
      const headers = (await response).headers();
      expect((await response).status()).toBe(503);
      expect(Number(headers["refresh"])).toBeGreaterThan(0);
      expect(headers["retry-after"]).toBe(headers["refresh"]);
      await expect(page.getByRole("main")).toContainText(/tries again by itself in \d+ seconds?\./);
    });
  });
}
