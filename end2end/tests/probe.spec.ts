import { SCRIPTS, expect, test } from "../support/test";
import { expectNoViolations } from "../support/accessibility";
for (const { javaScriptEnabled, scripts } of SCRIPTS) {
  test.describe(scripts, () => {
    test.use({ javaScriptEnabled });
    test("axe", async ({ page }) => {
      await page.goto("/");
      const t = Date.now();
      await expectNoViolations(page);
      console.log("axe took", Date.now() - t);
      await page.goto("/sign-in");
      const u = Date.now();
      await expectNoViolations(page);
      console.log("axe took", Date.now() - u);
    });
  });
}
