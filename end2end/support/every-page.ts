// Every page there is, in each of the states that people meet.

import type { Page } from "@playwright/test";

import { accessVisits } from "./access-pages";
import type { Application, Room } from "./application";
import { Gated } from "./deploy-center";
import type { Organisation } from "./organisation";
import { fillSignIn, makeRoom, openPersonMenu, registerApplication } from "./people";
import { passwordVisits } from "./password-pages";
import { makeOrganisations, organisationVisits } from "./organisation-pages";
import { makeArrivals, providerVisits } from "./provider-pages";
import type { Person, Server } from "./server";

/** Those who are there before the first visit. */
export interface Cast {
  server: Server;
  organisation: Organisation;
  calendar: Application;
  ada: Person;
  ben: Person;
  administrator: Person;
}

/** What the pages show. */
export interface World extends Cast {
  open: Room;
  restricted: Room;
  /** Somebody with no room. */
  newcomer: Person;
  /** Somebody with more rooms than one part of the list holds. */
  busy: Person;
  /** Somebody whose account is disabled. */
  gone: Person;
  /** Another server, whose people need an entitlement. */
  gated: Gated;
}

/** One page in one state. */
export interface Visit {
  name: string;
  who: (world: World) => Person | undefined;
  open: (page: Page, world: World) => Promise<unknown>;
  /** A dialog stands before the page. */
  modal?: boolean;
}

/** Names as people give them, short and long. */
const ROOM_NAMES = [
  "Tuesday meeting",
  "Support",
  "Council of the Métropole, committee on mobility and public space, preparatory session",
  "Interviews",
  "Averylongnamewithoutasinglespacethatabrowserwouldhavetobreaksomewhere",
];

/** Makes the rooms and applications that the pages show. */
export async function makeWorld(cast: Cast): Promise<World> {
  const { server, organisation, calendar, ada, ben } = cast;
  const token = await calendar.tokenFor(ada.email);
  const restricted = await calendar.createRoom(token, { access_level: "restricted" });
  const open = await calendar.createRoom(token, { access_level: "trusted" });
  const newcomer = await server.person("newcomer@example.org", "Nora Newcomer");
  const busy = await server.person("very.busy.person@example.org", "Bettina Busy");
  const hers = await calendar.tokenFor(busy.email);
  for (let room = 0; room < 22; room += 1) {
    await calendar.createRoom(hers, { access_level: room % 3 ? "trusted" : "restricted" });
  }
  const helpdesk = await server.application({ name: "Helpdesk", scopes: ["rooms:create"], domains: ["example.org", "example.net"] });
  await server.application({ name: "Customer relations", scopes: [], domains: [] });
  await server.command(["application", "manager", "add", helpdesk.clientId, ben.email]);
  const former = await server.application({ name: "Former intranet", domains: ["intranet.example.org"] });
  await server.command(["application", "disable", former.clientId]);
  const gone = await server.person("gone@example.org", "Gaston Gone");
  await server.command(["user", "disable", gone.email]);
  await makeArrivals(server, organisation);
  await makeOrganisations(server, organisation);
  const gated = await Gated.start();
  return { ...cast, open, restricted, newcomer, busy, gone, gated };
}

/** A PNG of one blue pixel. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mOwiToBAAI0AV8XIZF/AAAAAElFTkSuQmCC", "base64");

const nobody = () => undefined;
const ada = (world: World) => world.ada;
const administrator = (world: World) => world.administrator;
const at = (address: string) => (page: Page) => page.goto(address);
const atRoom = (which: "open" | "restricted") => (page: Page, world: World) => page.goto(`/rooms/${world[which].slug}`);

/** All of them. */
export const visits: Visit[] = [
  { name: "home, for a stranger", who: nobody, open: at("/") },
  { name: "home, for a person", who: ada, open: at("/") },
  { name: "the API reference", who: nobody, open: at("/docs") },
  { name: "sign-in", who: nobody, open: at("/sign-in") },
  {
    name: "sign-in, refused",
    who: nobody,
    open: async (page) => {
      await page.goto("/sign-in");
      await fillSignIn(page, "somebody@example.org", "wrong");
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "proving who she is", who: ada, open: at("/sign-in/confirm?next=/account") },
  ...providerVisits,
  ...organisationVisits,
  ...accessVisits,
  ...passwordVisits,
  { name: "nothing here", who: nobody, open: at("/no-such-page") },
  { name: "rooms, none yet", who: (world) => world.newcomer, open: at("/rooms") },
  { name: "rooms, many", who: (world) => world.busy, open: at("/rooms") },
  { name: "rooms, none found", who: (world) => world.busy, open: at("/rooms?q=nothing%20like%20it") },
  { name: "a new room", who: ada, open: at("/rooms/new") },
  {
    name: "a new room, refused",
    who: ada,
    open: async (page) => {
      await makeRoom(page, "");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "a room, just made",
    who: ada,
    open: async (page) => {
      await makeRoom(page, ROOM_NAMES[2]!);
      await page.getByRole("status").getByText("The room is ready.").waitFor();
    },
  },
  { name: "a room of hers", who: ada, open: atRoom("open") },
  {
    name: "a room about to be deleted",
    who: ada,
    modal: true,
    open: async (page, world) => {
      await page.goto(`/rooms/${world.open.slug}`);
      await page.getByRole("button", { name: "Delete room" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "a room, for a stranger", who: nobody, open: atRoom("open") },
  { name: "a room, for somebody without role", who: (world) => world.ben, open: atRoom("open") },
  { name: "a restricted room, for a stranger", who: nobody, open: atRoom("restricted") },
  { name: "what she may not see", who: ada, open: at("/admin/applications") },
  { name: "applications", who: administrator, open: at("/admin/applications") },
  { name: "a new application", who: administrator, open: at("/admin/applications/new") },
  {
    name: "a new application, refused",
    who: administrator,
    open: async (page) => {
      await registerApplication(page, { name: "", domains: "example.org\nnot a domain" });
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "an application and its secret",
    who: administrator,
    open: async (page) => {
      await registerApplication(page, { name: "Shared agenda", scopes: ["rooms:list", "rooms:create"], domains: "example.org" });
      await page.getByRole("group", { name: "Secret", exact: true }).waitFor();
    },
  },
  { name: "an application", who: administrator, open: at("/admin/applications/team-calendar") },
  { name: "an application, for its manager", who: (world) => world.ben, open: at("/admin/applications/helpdesk") },
  {
    name: "an application with a logo",
    who: administrator,
    open: async (page) => {
      await page.goto("/admin/applications/helpdesk");
      await page.getByLabel("Picture").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: PICTURE });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByRole("img", { name: "Logo of Helpdesk" }).waitFor();
    },
  },
  { name: "an application's permissions", who: administrator, open: at("/admin/applications/team-calendar/permissions") },
  {
    name: "an application's permissions, refused",
    who: administrator,
    open: async (page) => {
      await page.goto("/admin/applications/helpdesk/permissions");
      await page.getByLabel("How long a token works").fill("90");
      await page.getByLabel("Networks").fill("10.0.0.1/8");
      await page.getByRole("button", { name: "Save permissions" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "an application's credentials", who: administrator, open: at("/admin/applications/team-calendar/credentials") },
  { name: "an application's activity", who: administrator, open: at("/admin/applications/team-calendar/activity") },
  { name: "an application nobody used", who: administrator, open: at("/admin/applications/customer-relations/activity") },
  { name: "an application's test", who: administrator, open: at("/admin/applications/team-calendar/test?for=ada%40example.org") },
  { name: "an application's test, refused", who: administrator, open: at("/admin/applications/team-calendar/test?for=ada%40example.net") },
  { name: "an application's end", who: administrator, open: at("/admin/applications/team-calendar/danger") },
  { name: "applications, none found", who: administrator, open: at("/admin/applications?q=nothing%20like%20it") },
  { name: "a disabled application", who: administrator, open: at("/admin/applications/former-intranet") },
  { name: "an account", who: ada, open: at("/account") },
  {
    name: "an account, refused",
    who: ada,
    open: async (page) => {
      await page.goto("/account");
      await page.getByLabel("Name").fill("a".repeat(201));
      await page.getByRole("button", { name: "Save profile" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "her ways in", who: ada, open: at("/account/sign-in") },
  {
    name: "her ways in, refused",
    who: ada,
    open: async (page) => {
      await page.goto("/account/sign-in");
      await page.getByLabel("Current password").fill("nonsense");
      await page.getByLabel("New password").fill("short");
      await page.getByRole("button", { name: "Change password" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "her sessions", who: ada, open: at("/account/sessions") },
  { name: "people", who: administrator, open: at("/admin/users") },
  { name: "people, nobody found", who: administrator, open: at("/admin/users?q=nobody%20like%20it&status=disabled") },
  { name: "a person", who: administrator, open: (page, world) => page.goto(`/admin/users/${world.ada.id}`) },
  {
    name: "a person about to be disabled",
    who: administrator,
    modal: true,
    open: async (page, world) => {
      await page.goto(`/admin/users/${world.busy.id}`);
      await page.getByRole("button", { name: "Disable account" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "a person, two accounts that become one",
    who: administrator,
    open: (page, world) => page.goto(`/admin/users/${world.busy.id}/merge?into=${encodeURIComponent(world.newcomer.email)}`),
  },
  { name: "her data", who: ({ ada }) => ada, open: (page) => page.goto("/account/data") },
  { name: "her data, without rooms", who: ({ newcomer }) => newcomer, open: (page) => page.goto("/account/data") },
  {
    name: "her data, refused",
    who: ({ ada }) => ada,
    open: async (page) => {
      await page.goto("/account/data");
      await page.getByRole("button", { name: "Delete my account" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "a disabled person", who: administrator, open: (page, world) => page.goto(`/admin/users/${world.gone.id}`) },
  { name: "the trail", who: administrator, open: at("/admin/audit") },
  { name: "the trail, nothing found", who: administrator, open: at("/admin/audit?action=key.rotated&since=2026-01-01") },
  { name: "the trail, asked wrongly", who: administrator, open: at("/admin/audit?person=nobody&until=x&room=y") },
  {
    name: "an event",
    who: administrator,
    open: async (page) => {
      await page.goto("/admin/audit?action=account.disabled");
      await page.getByRole("rowheader").getByRole("link").first().click();
      await page.getByRole("heading", { name: "What changed" }).waitFor();
    },
  },
  {
    name: "the person's menu",
    who: administrator,
    open: async (page) => {
      await page.goto("/rooms");
      await openPersonMenu(page);
    },
  },
];

/** Gives a person rooms with names, as the pages make them. */
export async function nameRooms(page: Page): Promise<void> {
  const levels = ["Signed-in people", "Everyone with the link", "Members only"];
  for (const [index, name] of ROOM_NAMES.entries()) await makeRoom(page, name, levels[index % levels.length]);
}
