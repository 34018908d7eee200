// Choosing and switching organisations, and a token of one's own, with and without scripts.

import { chooseOrganisation, comeForOrganisation, makeOrganisations, makeToken } from "../support/organisation-pages";
import { SCRIPTS, expect, test } from "../support/test";

test.use({ providers: true });

test.beforeAll(async ({ server, organisation }) => makeOrganisations(server, organisation));

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("she chooses one, switches, and is asked again", async ({ page }) => {
      const which = "For which organisation are you here?";
      await comeForOrganisation(page, "several", which);
      await chooseOrganisation(page, "Region");
      const menu = page.locator("summary", { hasText: "Acting for" });
      await expect(menu).toContainText("Region");
      const siret = async () => (await (await page.request.get("/auth/users/me/")).json()).organization_siret;
      expect(await siret()).toBe("13002526500013");
      await menu.click();
      await page.getByRole("button", { name: "Commune" }).click();
      await expect(page.getByText("You now act for Commune")).toBeVisible();
      await expect(menu).toContainText("Commune");
      expect(await siret()).toBe("73282932000074");
      await page.goto("/account/organisations");
      await page.getByRole("button", { name: "Act for it" }).click();
      expect(await siret()).toBe("13002526500013");
      await page.goto("/auth/agora/login/?next=/rooms");
      await expect(page.getByRole("heading", { level: 1, name: which })).toBeVisible();
      await expect(page.getByRole("radio", { name: "Region" })).toBeChecked();
    });

    test("a token from the page works until it is revoked there", async ({ page, ada, signIn, server, visitor }) => {
      await signIn(ada);
      const token = await makeToken(page, "Backup script", ["list the person’s rooms"]);
      expect(token).toMatch(/^prl_pat_[0-9A-Za-z]{49}$/);
      await expect(page.getByRole("region", { name: "Try it" })).toContainText(token);
      const call = () => fetch(`${server.url}/external-api/v1.0/rooms/`, { headers: { Authorization: `Bearer ${token}` } });
      expect((await call()).status).toBe(200);
      await page.reload();
      expect(await page.content()).not.toContain(token);
      const row = page.getByRole("row", { name: token.slice(0, 13) });
      await row.getByRole("button", { name: "Revoke" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
      await expect(page.getByText("The token is revoked.")).toBeVisible();
      expect((await call()).status).toBe(401);
      // Nobody else has anything of it.
      const stranger = await visitor();
      await stranger.goto("/account/tokens");
      await expect(stranger).toHaveURL(/\/sign-in\?next=%2Faccount%2Ftokens$/);
    });
  });
}
