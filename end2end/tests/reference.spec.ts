// The API reference, as somebody reads it who has an application to write.

import { SCRIPTS, expect, test } from "../support/test";

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });

    test("its contents lead to every operation, and its bodies unfold", async ({ page }) => {
      const document = await (await page.request.get("/openapi.json")).json();
      const operations = Object.values<any>(document.paths).flatMap((methods) => Object.values<any>(methods));
      await page.goto("/docs");
      const contents = page.getByRole("navigation", { name: "On this page" });
      for (const { summary, operationId } of operations) {
        const link = contents.getByRole("link", { name: summary.replace(/\.$/, "") });
        await expect(link).toHaveAttribute("href", `#${operationId}`);
      }
      await contents.getByRole("link", { name: "Make a room that the person owns" }).click();
      await expect(page).toHaveURL("/docs#create_room");
      const operation = page.locator("#create_room");
      await expect(operation.getByRole("heading", { level: 3 })).toBeInViewport();
      await expect(operation).toContainText("rooms:create");

      const refusal = operation.getByText('{"detail":"Token expired."}');
      await expect(refusal).toBeHidden();
      await operation.locator("summary", { hasText: "401" }).click();
      await expect(refusal).toBeVisible();
    });

    test("on a phone its contents are folded away", async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 800 });
      await page.goto("/docs");
      await expect(page.getByRole("link", { name: "Error codes" })).toBeHidden();
      await page.locator("summary", { hasText: "On this page" }).click();
      await page.getByRole("link", { name: "Error codes" }).click();
      await expect(page.getByRole("heading", { name: "Error codes" })).toBeInViewport();
    });
  });
}

test("no link of it leads nowhere", async ({ page }) => {
  await page.goto("/docs");
  const lost = await page.evaluate(() => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>("main a[href^='#']")];
    return links.map((link) => link.getAttribute("href")!.slice(1)).filter((id) => !document.getElementById(id));
  });
  expect(lost).toEqual([]);
  const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("its introduction works as it stands", async ({ page, server, ada }) => {
  const { clientId, clientSecret } = await server.application({ name: "Tour", scopes: ["rooms:list", "rooms:create"] });
  await page.goto("/docs");
  const commands = await page.locator(".step pre").allInnerTexts();
  const token = commands.find((command) => command.includes("grant_type"))!;
  const fields = [...token.matchAll(/-d (\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]);
  const form = Object.fromEntries(fields) as Record<string, string>;
  const filled = { ...form, client_id: clientId, client_secret: clientSecret, scope: ada.email };
  const issued = await page.request.post(token.match(/https?:\S+/)![0], { form: filled });
  expect(issued.status()).toBe(200);
  const room = commands.find((command) => command.startsWith("curl -X POST"))!;
  const headers = { authorization: `Bearer ${(await issued.json()).access_token}` };
  const made = await page.request.post(room.match(/https?:\S+/)![0], { headers });
  expect(made.status()).toBe(201);
  // The answers that it shows are those that came, less their values.
  const keys = async (answer: typeof made) => Object.keys(await answer.json());
  const shown = commands.filter((command) => command.startsWith("{")).map((command) => Object.keys(JSON.parse(command)));
  expect(shown).toEqual([await keys(issued), await keys(made)]);
});
