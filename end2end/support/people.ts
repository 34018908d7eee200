// What people do on the pages, in the words of the pages.

import type { Page } from "@playwright/test";

import { PASSWORD } from "./server";

/** Types e-mail and password into the sign-in page and sends them. */
export async function fillSignIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

/** Answers on the provider's own page. */
export async function answerProvider(page: Page, account: string): Promise<void> {
  await page.getByLabel("Account").fill(account);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Takes the way through a provider, from its button on the sign-in page; afterwards she goes on to `next`. */
export async function signInThrough(page: Page, provider: string, account: string, next = "/rooms"): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByRole("link", { name: `Sign in with ${provider}` }).click();
  await answerProvider(page, account);
}

/** Opens the menu with the person's name. */
export async function openPersonMenu(page: Page): Promise<void> {
  await page.locator("summary", { hasText: "Your menu" }).click();
}

/** Makes a room on the page that makes rooms. */
export async function makeRoom(page: Page, name: string, level = "Signed-in people"): Promise<void> {
  await page.goto("/rooms/new");
  await page.getByLabel("Name").fill(name);
  await page.getByRole("radio", { name: level }).check();
  await page.getByRole("button", { name: "Create room" }).click();
}

/** What an administrator types to register an application. */
export interface ApplicationForm {
  name: string;
  scopes?: string[];
  domains?: string;
}

/** Fills in the page that registers an application, and sends it. */
export async function registerApplication(page: Page, { name, scopes = [], domains = "" }: ApplicationForm): Promise<void> {
  await page.goto("/admin/applications/new");
  await page.getByLabel("Name").fill(name);
  for (const scope of scopes) await page.getByRole("checkbox", { name: scope }).check();
  await page.getByLabel("E-mail domains").fill(domains);
  await page.getByRole("button", { name: "Create application" }).click();
}
