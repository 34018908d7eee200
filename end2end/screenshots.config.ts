import { defineConfig } from "@playwright/test";

import tests from "./playwright.config";

/** Pictures of every page, for people to look at; no part of the tests. */
export default defineConfig(tests, {
  testDir: "gallery",
  timeout: 120_000,
  // A colour on its way to another is neither of them.
  use: { contextOptions: { reducedMotion: "reduce" } },
});
