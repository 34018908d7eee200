import { defineConfig } from "@playwright/test";

/** What the tests and the screenshots share. */
export const browser = {
  browserName: "chromium" as const,
  launchOptions: {
    // Without it, the one that `playwright install` fetched.
    executablePath: process.env.PARLOIR_CHROMIUM || undefined,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // One server, and two cores that it shares with the browser.
  workers: 1,
  reporter: "list",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  use: {
    ...browser,
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    trace: { mode: "retain-on-failure", screenshots: false, sources: false },
  },
});
