// The pages by which people choose a password.

import type { Page } from "@playwright/test";

import type { Visit, World } from "./every-page";

const nobody = () => undefined;
const administrator = (world: World) => world.administrator;

/** Opens a link that a command makes for somebody. */
const linked = (...words: string[]) => async (page: Page, { server }: World) => {
  const { link } = await server.command(["user", ...words]);
  await page.goto(link);
};

/** All of them. */
export const passwordVisits: Visit[] = [
  { name: "an invitation", who: nobody, open: linked("invite", "invited@example.org", "--name", "Ingrid Invited") },
  {
    name: "an invitation, a password refused",
    who: nobody,
    open: async (page, world) => {
      await linked("invite", "invited@example.org")(page, world);
      await page.getByLabel("Choose a password").fill("short");
      await page.getByRole("button", { name: "Open my account" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "an invitation, where somebody else is signed in",
    who: administrator,
    open: linked("invite", "invited@example.org"),
  },
  { name: "an invitation that is over", who: nobody, open: (page) => page.goto("/invitation/over") },
  { name: "another password", who: nobody, open: linked("reset", "newcomer@example.org") },
  { name: "another password, over", who: nobody, open: (page) => page.goto("/reset-password/over") },
  { name: "inviting a person", who: administrator, open: (page) => page.goto("/admin/users/new") },
  {
    name: "inviting a person, refused",
    who: administrator,
    open: async (page) => {
      await page.goto("/admin/users/new");
      await page.getByLabel("E-mail address").fill("no address");
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "a person, just invited",
    who: administrator,
    open: async (page) => {
      await page.goto("/admin/users/new");
      await page.getByLabel("E-mail address").fill("just.invited@example.org");
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await page.getByRole("group", { name: "Link" }).waitFor();
    },
  },
];
