// The pages that people meet who come through a provider, in each state.

import type { Page } from "@playwright/test";

import type { Visit } from "./every-page";
import type { Organisation } from "./organisation";
import { answerProvider, fillSignIn, signInThrough } from "./people";
import type { Server } from "./server";

/** The accounts at the provider that meet such a page: what is said of each. */
const ARRIVALS: Record<string, Record<string, unknown>> = {
  ada: { email: "ada@example.org", email_verified: true, given_name: "Augusta Ada", usual_name: "King" },
  ben: { email: "ben@example.org", email_verified: true },
  grace: { email: "root@example.org", email_verified: true, given_name: "Grace", usual_name: "Hopper" },
  dora: { email: "dora@example.org", email_verified: true },
  "without-siret": { email: "new@example.org", email_verified: true },
  "without-account": { email: "new@example.org", email_verified: true, siret: "13002526500013" },
  "without-email": { siret: "13002526500013" },
  unconfirmed: { email: "new@example.org", siret: "13002526500013" },
};

/** Makes them, with a second factor. */
export async function makeArrivals(server: Server, organisation: Organisation): Promise<void> {
  for (const [id, claims] of Object.entries(ARRIVALS)) await organisation.account(id, { claims, acr: "two" });
  await organisation.account("weak", { claims: ARRIVALS["without-account"]!, acr: "one" });
  const dora = await server.person("dora@example.org", "Dora Disabled", { password: false });
  await server.command(["user", "disable", dora.email]);
}

const nobody = () => undefined;
const titled = (page: Page, title: string) => page.getByRole("heading", { level: 1, name: title }).waitFor();

/** A page that says why she did not get in. */
function refused(name: string, provider: string, account: string, title: string): Visit {
  const open = async (page: Page) => {
    await signInThrough(page, provider, account);
    await titled(page, title);
  };
  return { name: `sign-in error, ${name}`, who: nobody, open };
}

async function meetConflict(page: Page, account: string): Promise<void> {
  await page.goto("/auth/meridian/login/?next=/rooms");
  await answerProvider(page, account);
  await titled(page, "There is already an account with this address");
}

async function ask(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ask an administrator" }).click();
  await page.getByText("You asked an administrator").waitFor();
}

/** All of them. */
export const providerVisits: Visit[] = [
  refused("disabled", "Meridian Connect", "dora", "Your account is disabled"),
  refused("no second factor", "Meridian Staff", "weak", "A stronger sign-in is needed"),
  refused("no SIRET", "Meridian Staff", "without-siret", "Something we need to know about you is missing"),
  refused("no account", "Meridian Staff", "without-account", "There is no account for you yet"),
  refused("no e-mail address", "Meridian Staff", "without-email", "We need an e-mail address"),
  refused("unconfirmed address", "Meridian Staff", "unconfirmed", "Your e-mail address is not confirmed"),
  {
    name: "sign-in error, cancelled",
    who: nobody,
    open: async (page) => {
      await page.goto("/auth/meridian/login/");
      await page.getByRole("button", { name: "Cancel" }).click();
      await titled(page, "You are not signed in");
    },
  },
  { name: "sign-in error, expired", who: nobody, open: (page) => page.goto("/auth/meridian/callback/?state=old&code=old") },
  { name: "sign-in error, down", who: nobody, open: (page) => page.goto("/auth/library/login/") },
  {
    name: "sign-in error, wrong answer",
    who: nobody,
    open: async (page, { organisation }) => {
      await organisation.fault("/token", 400);
      await signInThrough(page, "Meridian Connect", "ben");
      await organisation.fault("/token");
      await titled(page, "We cannot accept the sign-in service’s answer");
    },
  },
  { name: "a conflict", who: nobody, open: (page) => meetConflict(page, "ada") },
  {
    name: "a conflict, to be joined",
    who: nobody,
    open: async (page, { ada }) => {
      await meetConflict(page, "ada");
      await page.getByRole("link", { name: "Sign in as before" }).click();
      await fillSignIn(page, ada.email);
      await page.getByRole("button", { name: "Connect the two" }).waitFor();
    },
  },
  { name: "a conflict, signed in to another account", who: ({ ada }) => ada, open: (page) => meetConflict(page, "ben") },
  {
    name: "a conflict, asked about",
    who: nobody,
    open: async (page) => {
      await meetConflict(page, "ben");
      await ask(page);
    },
  },
  { name: "a conflict, settled", who: nobody, open: (page) => page.goto("/sign-in/conflict") },
  {
    name: "sign-in requests",
    who: ({ administrator }) => administrator,
    open: async (page) => {
      await meetConflict(page, "ada");
      await ask(page);
      await page.goto("/admin/sign-in-requests");
      await page.getByRole("table").waitFor();
    },
  },
];
