// The pages about organisations and about a person's own tokens, in each state.

import type { Page } from "@playwright/test";

import type { Visit } from "./every-page";
import type { Organisation } from "./organisation";
import { answerProvider } from "./people";
import type { Server } from "./server";

const COMMUNE = "73282932000074";
const REGION = "13002526500013";
const ELSEWHERE = "44229377500031";

/** Lets two organisations in, and gives people who belong to several and to none of them accounts at the provider. */
export async function makeOrganisations(server: Server, provider: Organisation): Promise<void> {
  // Tests of several files may share a server.
  const known: { siret: string }[] = await server.command(["organisation", "list"]);
  if (!known.some(({ siret }) => siret === COMMUNE)) {
    await server.command(["organisation", "add", COMMUNE, "--name", "Commune de Sainte-Colombe-lès-Vienne"]);
    await server.command(["organisation", "add", REGION, "--name", "Region"]);
    await server.command(["organisation", "alias", COMMUNE, "35600000009075"]);
  }
  const claims = (id: string, organizations: unknown[]) => ({
    claims: { email: `${id}@example.net`, email_verified: true, given_name: "Odile", usual_name: "Several", organizations },
  });
  const several = [
    { id: 1, siret: COMMUNE, is_external: false },
    { id: 2, siret: REGION, is_external: "true" },
  ];
  const none = [
    { id: 3, siret: ELSEWHERE, is_external: false, label: "Bureau of maps" },
    { id: 4, siret: "11002001300097", is_external: false, label: null },
  ];
  await provider.account("several", claims("several", several));
  await provider.account("none", claims("none", none));
  await provider.account("nowhere", claims("nowhere", []));
}

/** Asks to be let in; whoever did so on an earlier visit is not asked again. */
async function ask(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: "Ask the administrators" });
  if (await button.count()) await button.click();
}

/** Somebody comes through the provider that says for which organisations. */
export async function comeForOrganisation(page: Page, account: string, title: string): Promise<void> {
  await page.goto("/auth/agora/login/?next=/rooms");
  await answerProvider(page, account);
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Chooses on the page that asks. */
export async function chooseOrganisation(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/rooms");
}

/** Makes a token on the page for that, and gives it. */
export async function makeToken(page: Page, name: string, scopes: string[]): Promise<string> {
  await page.goto("/account/tokens");
  await page.getByLabel("Name").fill(name);
  for (const scope of scopes) await page.getByRole("checkbox", { name: scope }).check();
  await page.getByRole("button", { name: "Create token" }).click();
  const shown = page.getByRole("group", { name: "Token" }).locator(".copy-value");
  return (await shown.innerText()).trim();
}

const WHICH = "For which organisation are you here?";
const NOT_HERE = "Your organisation is not here yet";

const nobody = () => undefined;
const administrator: Visit["who"] = (world) => world.administrator;

/** All of them. */
export const organisationVisits: Visit[] = [
  { name: "organisation, to choose", who: nobody, open: (page) => comeForOrganisation(page, "several", WHICH) },
  {
    name: "organisation, not chosen",
    who: nobody,
    open: async (page) => {
      await comeForOrganisation(page, "several", WHICH);
      const checked = page.getByRole("radio", { checked: true });
      if (await checked.count()) return;
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "organisation, none", who: nobody, open: (page) => comeForOrganisation(page, "none", NOT_HERE) },
  { name: "organisation, none named", who: nobody, open: (page) => comeForOrganisation(page, "nowhere", NOT_HERE) },
  {
    name: "organisation, asked for",
    who: nobody,
    open: async (page) => {
      await comeForOrganisation(page, "none", NOT_HERE);
      await ask(page);
      await page.getByText("You asked the administrators").waitFor();
    },
  },
  { name: "organisation, nothing to choose", who: nobody, open: (page) => page.goto("/choose-organisation") },
  {
    name: "her organisations",
    who: nobody,
    open: async (page) => {
      await comeForOrganisation(page, "several", WHICH);
      await chooseOrganisation(page, "Region");
      await page.goto("/account/organisations");
    },
  },
  { name: "her organisations, none", who: ({ ada }) => ada, open: (page) => page.goto("/account/organisations") },
  {
    name: "the organisation menu",
    who: nobody,
    open: async (page) => {
      await comeForOrganisation(page, "several", WHICH);
      await chooseOrganisation(page, "Commune");
      await page.locator("summary", { hasText: "Acting for" }).click();
    },
  },
  { name: "organisations", who: administrator, open: (page) => page.goto("/admin/organisations") },
  {
    name: "organisations, asked for",
    who: administrator,
    open: async (page) => {
      await comeForOrganisation(page, "none", NOT_HERE);
      await ask(page);
      await page.goto("/admin/organisations");
      await page.getByRole("heading", { name: "Requests" }).waitFor();
    },
  },
  { name: "a new organisation", who: administrator, open: (page) => page.goto("/admin/organisations/new") },
  {
    name: "a new organisation, refused",
    who: administrator,
    open: async (page) => {
      await page.goto("/admin/organisations/new");
      await page.getByLabel("SIRET").fill("73282932000079");
      await page.getByLabel("Name").fill("Mistyped");
      await page.getByRole("button", { name: "Add organisation" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "an organisation", who: administrator, open: (page) => page.goto(`/admin/organisations/${COMMUNE}`) },
  { name: "her tokens, none yet", who: ({ newcomer }) => newcomer, open: (page) => page.goto("/account/tokens") },
  {
    name: "a token, just made",
    who: ({ ben }) => ben,
    open: async (page) => {
      await makeToken(page, "Backup script", ["list the person’s rooms"]);
    },
  },
  {
    name: "a token, refused",
    who: ({ ben }) => ben,
    open: async (page) => {
      await page.goto("/account/tokens");
      await page.getByRole("button", { name: "Create token" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
];
