// One provider with its clients, accounts, keys and counters, behind one address.

import Provider from "oidc-provider";

import { configuration } from "./configuration.mjs";
import { newKeys } from "./keys.mjs";
import { interaction } from "./pages.mjs";
import { Storage } from "./storage.mjs";

export class Host {
  storage = new Storage();
  /** By id: `{claims, acr?, amr?}`. The id is the subject. */
  accounts = new Map();
  /** What each path below the issuer is to do wrong: `{delay?: milliseconds, status?: number}`. */
  faults = new Map();
  /** How often each path below the issuer was asked for. */
  requests = new Map();
  /** Every logout token that was sent: `{uri, logout_token, status}`; status is null when nobody answered. */
  logoutTokens = [];
  #keys = [];
  #answer;

  /** `document` is the test's; `port` that of the listening server. */
  constructor(document, port) {
    this.document = document;
    this.port = port;
    this.path = document.path ?? "";
    this.issuer = `http://127.0.0.1:${port}${this.path}`;
  }

  async start() {
    await this.rotateKeys();
    for (const [id, account] of Object.entries(this.document.accounts ?? {})) this.accounts.set(id, account);
    for (const client of this.document.clients ?? []) await this.putClient(client);
  }

  /** Signs with new keys from now on; `keep` leaves the old ones in the key set. */
  async rotateKeys({ keep = false } = {}) {
    const fresh = await newKeys(this.document.keys);
    // The library signs with the first key that fits.
    this.#keys = keep ? [...fresh, ...this.#keys] : fresh;
    this.provider = new Provider(this.issuer, configuration(this, this.#keys));
    this.provider.on("server_error", (ctx, error) => console.error(error));
    this.#answer = this.provider.callback();
  }

  /** Adds a client or replaces the one with the same `client_id`. */
  async putClient(metadata) {
    const before = this.storage.get("Client", metadata.client_id);
    this.storage.put("Client", metadata.client_id, metadata);
    try {
      await this.provider.Client.find(metadata.client_id);
    } catch (error) {
      if (before) this.storage.put("Client", metadata.client_id, before);
      else this.storage.remove("Client", metadata.client_id);
      throw error;
    }
  }

  /** The account as the library wants it. */
  account(id) {
    const account = this.accounts.get(id);
    return account && { accountId: id, claims: () => ({ ...account.claims, sub: id }) };
  }

  /** Ends all sessions of an account and tells its clients. Gives `{client_id, error}` for each that was told. */
  async endSessions(accountId) {
    const told = [];
    for (const row of this.storage.rows("Session").filter((session) => session.accountId === accountId)) {
      for (const [clientId, { sid }] of Object.entries(row.authorizations ?? {})) {
        const client = await this.provider.Client.find(clientId);
        if (!client?.backchannelLogoutUri) continue;
        const error = await client.backchannelLogout(accountId, sid).then(() => null, ({ message }) => message);
        told.push({ client_id: clientId, error });
      }
      this.storage.remove("Session", row.jti);
    }
    return told;
  }

  /** The library's way out. Its own refuses addresses of this machine. */
  async fetch(url, { dispatcher, ...options }) {
    const logoutToken = options.body instanceof URLSearchParams ? options.body.get("logout_token") : null;
    const sent = { uri: url, logout_token: logoutToken, status: null };
    if (logoutToken) this.logoutTokens.push(sent);
    const response = await fetch(url, options);
    sent.status = response.status;
    return response;
  }

  /** Answers one request to the provider. */
  async handle(request, response) {
    const { pathname } = new URL(request.url, this.issuer);
    if (!pathname.startsWith(`${this.path}/`)) return fail(response, 404);
    const below = pathname.slice(this.path.length);
    this.requests.set(below, (this.requests.get(below) ?? 0) + 1);
    const { delay, status } = this.faults.get(below) ?? {};
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    if (status) return fail(response, status);
    if (below.startsWith("/interaction/")) return interaction(this, request, response);
    // How the library learns that it is mounted below a path.
    request.originalUrl = request.url;
    request.url = request.url.slice(this.path.length);
    return this.#answer(request, response);
  }
}

function fail(response, status) {
  response.statusCode = status;
  response.end();
}
