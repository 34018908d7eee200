// The pages that people meet who may not make rooms, in each state.

import type { Page } from "@playwright/test";

import type { SIRET } from "./deploy-center";
import type { Visit, World } from "./every-page";
import { answerProvider, fillSignIn } from "./people";

const nobody = () => undefined;
const titled = (page: Page, title: string) => page.getByRole("heading", { level: 1, name: title }).waitFor();

/** Signs somebody of such an organisation in, who goes on to `next`. */
export async function comeFrom(page: Page, { gated }: World, organisation: keyof typeof SIRET, next = "/rooms"): Promise<void> {
  await page.goto(`${gated.server.url}/auth/meridian/login/?next=${encodeURIComponent(next)}`);
  await answerProvider(page, organisation);
}

/** All of them. */
export const accessVisits: Visit[] = [
  {
    name: "no access, not activated",
    who: nobody,
    open: async (page, world) => {
      await comeFrom(page, world, "inactive");
      await titled(page, "You have no access yet");
    },
  },
  {
    name: "no access, checked again",
    who: nobody,
    open: async (page, world) => {
      await comeFrom(page, world, "unknown");
      await page.getByRole("button", { name: "Check again" }).click();
      await page.getByText("We have just checked").or(page.getByText("You have checked several times")).waitFor();
    },
  },
  {
    name: "no access, signed in with a password",
    who: nobody,
    open: async (page, { gated }) => {
      await page.goto(`${gated.server.url}/sign-in`);
      await fillSignIn(page, "made@example.org");
      await titled(page, "You have no access yet");
    },
  },
  {
    name: "no access, nobody knows",
    who: nobody,
    open: async (page, world) => {
      await comeFrom(page, world, "unanswered");
      await titled(page, "We cannot check your access just now");
    },
  },
  {
    name: "rooms, without access",
    who: nobody,
    open: async (page, world) => {
      await comeFrom(page, world, "inactive");
      await page.getByRole("link", { name: "My rooms" }).last().click();
      await titled(page, "My rooms");
    },
  },
];
