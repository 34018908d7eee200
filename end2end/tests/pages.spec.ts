// Every page, for whoever may see it: with and without scripts, wide and narrow, light and dark.

import { expectNoSidewaysScrolling, expectNoViolations, expectSkipLink, mirrored } from "../support/accessibility";
import { type World, makeWorld, visits } from "../support/every-page";
import { SCRIPTS, expect, test } from "../support/test";

const WIDTHS = [1280, 390];

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

for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  for (const visit of visits) {
    test(`${visit.name}, ${scripts}`, async ({ page: first, visitor, signIn }) => {
      const page = javaScriptEnabled ? first : await visitor({ javaScriptEnabled });
      const person = visit.who(world);
      if (person) await signIn(person, page);
      await visit.open(page, world);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      expect(await page.title()).toMatch(/^.+ · Parloir$/);
      const looked = javaScriptEnabled ? page : await mirrored(page, first.context());
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        await expectNoSidewaysScrolling(page);
        await looked.setViewportSize({ width, height: 800 });
        // Colours on their way from one scheme to the other are neither's.
        await looked.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
        await expectNoViolations(looked);
        await looked.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
        await expectNoViolations(looked, { colours: true });
      }
      if (!visit.modal) await expectSkipLink(page);
    });
  }
}

test("nothing moves for whoever asked for calm", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/sign-in");
  const moving = await page.evaluate(() => {
    const long = (value: string) => value.split(",").some((part) => parseFloat(part) > 0.001);
    const styles = [...document.querySelectorAll("*")].map((element) => getComputedStyle(element));
    return styles.filter((style) => long(style.transitionDuration) || long(style.animationDuration)).length;
  });
  expect(moving).toBe(0);
});

test("pages can be enlarged to twice their size", async ({ page, ada, signIn }) => {
  await signIn(ada);
  // A window of 1280 pixels at 200 % is one of 640.
  await page.setViewportSize({ width: 640, height: 400 });
  for (const address of ["/", "/rooms", "/rooms/new", "/docs"]) {
    await page.goto(address);
    await expectNoSidewaysScrolling(page);
  }
});
