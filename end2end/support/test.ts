// The test of this project: a server for all tests, people who are signed in, and eyes on every page.

import { type BrowserContext, type BrowserContextOptions, type Page, test as base, expect } from "@playwright/test";

import type { Application } from "./application";
import { Organisation } from "./organisation";
import { freePort } from "./ports";
import { PASSWORD, type Person, Server } from "./server";
import { Watch } from "./watch";

export { expect, PASSWORD };

interface TestFixtures {
  /** Fails the test when a page logged an error, broke its policy, threw, or asked another server for something. */
  watch: Watch;
  /** Opens a page with cookies of its own. */
  visitor: (options?: BrowserContextOptions) => Promise<Page>;
  /** Signs a person in, in the browser of that page or in that of the test. */
  signIn: (person: Person, page?: Page) => Promise<void>;
}

interface WorkerFixtures {
  /** Whether the server's settings name identity providers. A file of tests says so with `test.use`. */
  providers: boolean;
  /** Where the server listens. */
  port: number;
  server: Server;
  /** Whose sign-in service those providers are. */
  organisation: Organisation;
  /** A person with rooms of her own. Tests change none of her settings. */
  ada: Person;
  /** Another one. */
  ben: Person;
  administrator: Person;
  /** An application that may do everything for people of example.org. */
  calendar: Application;
}

/** Whether the pages of a test run scripts, and how to say so in its name. */
export const SCRIPTS = [
  { javaScriptEnabled: true, scripts: "with scripts" },
  { javaScriptEnabled: false, scripts: "without scripts" },
];

export const test = base.extend<TestFixtures, WorkerFixtures>({
  providers: [false, { option: true, scope: "worker" }],
  port: [async ({}, use) => use(await freePort()), { scope: "worker" }],
  organisation: [
    async ({ port }, use) => {
      const organisation = await Organisation.start(`http://127.0.0.1:${port}`);
      await use(organisation);
      await organisation.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ port, organisation, providers }, use) => {
      const server = await Server.start(port, providers ? { PARLOIR__SIGN_IN__PROVIDERS: organisation.setting } : {});
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  ada: [async ({ server }, use) => use(await server.person("ada@example.org", "Ada Lovelace")), { scope: "worker" }],
  ben: [async ({ server }, use) => use(await server.person("ben@example.org", "Ben Okri")), { scope: "worker" }],
  administrator: [
    async ({ server }, use) => {
      await use(await server.person("root@example.org", "Grace Hopper", { administrator: true }));
    },
    { scope: "worker" },
  ],
  calendar: [
    async ({ server }, use) => use(await server.application({ name: "Team calendar" })),
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  watch: [
    async ({ context, server, organisation }, use) => {
      const watch = new Watch(server.url);
      watch.allow(organisation.issuer);
      watch.over(context);
      await use(watch);
      expect(watch.complaints(), "what the pages complained of").toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ browser, contextOptions, baseURL, watch, javaScriptEnabled, locale, timezoneId, viewport }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const usual = { ...contextOptions, baseURL, javaScriptEnabled, locale, timezoneId, viewport };
      const context = await browser.newContext({ ...usual, ...options });
      contexts.push(context);
      watch.over(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  signIn: async ({ page }, use) => {
    await use(async (person, where = page) => {
      const answer = await where.request.post("/auth/login/", { data: { email: person.email, password: PASSWORD } });
      expect(answer.status()).toBe(200);
    });
  },
});
