import { SCRIPTS, expect, test } from "../support/test";
import { expectNoViolations, expectSkipLink , expectNoSidewaysScrolling} from "../support/accessibility";
for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });
    test("axe", async ({ page }) => {
      let s = Date.now();
      const lap = (w: string) => { console.log(w, Date.now() - s); s = Date.now(); };
      await page.goto("/docs");
      lap("goto");
      await expectNoSidewaysScrolling(page);
      await expectSkipLink(page);
      lap("skip");
      await expectNoViolations(page);
      lap("axe docs");
      await page.goto("/sign-in");
      lap("goto");
      await expectNoViolations(page);
      lap("axe");
      await page.emulateMedia({colorScheme: "dark"});
      await expectNoViolations(page);
      lap("axe");
    });
  });
}
