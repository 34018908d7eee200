// Takes a picture of every page, wide and narrow, light and dark, into screenshots/.

import { join } from "node:path";

import { type World, makeWorld, nameRooms, visits } from "../support/every-page";
import { test } from "../support/test";

let world: World;

test.use({ providers: true });

test.beforeAll(async ({ server, organisation, calendar, ada, ben, administrator }) => {
  world = await makeWorld({ server, organisation, calendar, ada, ben, administrator });
});

test.afterAll(async () => {
  await world.gated.stop();
});

test.beforeEach(({ watch }) => {
  for (const origin of world.gated.origins) watch.allow(origin);
});

test("rooms, with names", async ({ page, signIn, visitor }) => {
  await signIn(world.ada);
  await nameRooms(page);
  const dark = await visitor({ colorScheme: "dark", reducedMotion: "reduce" });
  await signIn(world.ada, dark);
  for (const [where, colour] of [[page, "light"], [dark, "dark"]] as const) {
    for (const width of [1280, 390]) {
      await where.setViewportSize({ width, height: 800 });
      await where.goto("/rooms");
      await where.screenshot({ path: join("screenshots", `rooms-with-names-${width}-${colour}.png`), fullPage: true });
    }
  }
});

for (const visit of visits) {
  test(visit.name, async ({ page, signIn }) => {
    const person = visit.who(world);
    if (person) await signIn(person);
    const name = visit.name.replace(/[^a-z]+/gi, "-").toLowerCase();
    await visit.open(page, world);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.screenshot({ path: join("screenshots", `${name}-${width}-${colorScheme}.png`), fullPage: !visit.modal });
      }
    }
  });
}
