// The identity provider of the tests, in a process of its own, and the server's settings that name it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { freePort } from "./ports";

const FOLDER = join(__dirname, "../../tests/provider");

const SECRET = "a secret that the provider and the server share";

/** Somebody who has an account at the provider. */
export interface Account {
  claims: Record<string, unknown>;
  acr?: string;
}

/** What every provider of the settings has. */
const USUAL = {
  client_secret: SECRET,
  id_token_signed_response_alg: "ES256",
  name_claims: ["given_name", "usual_name"],
};

/**
 * An organisation with a sign-in service. The server knows it as `meridian`; as `strict`, which lets in only people whom it knows
 * and who come with a second factor, an e-mail address and a SIRET; and it knows `library`, which is down. As `agora` it says for which
 * organisations somebody comes.
 */
export class Organisation {
  private constructor(
    private readonly process: ChildProcess,
    /** The address of the sign-in service, without a slash at its end. */
    readonly issuer: string,
    private readonly control: string,
    private readonly nowhere: string,
  ) {}

  /** Starts one with whom the server at `url` is registered. */
  static async start(url: string): Promise<Organisation> {
    const clients = ["meridian", "strict", "agora"].map((id) => ({
      client_id: id,
      client_secret: SECRET,
      redirect_uris: [`${url}/auth/${id}/callback/`],
      post_logout_redirect_uris: [`${url}/auth/logout/callback/`],
      skip_consent: true,
    }));
    const document = { keys: ["EC"], clients, acr_values: ["one", "two"], ignore_acr_request: true };
    const child = spawn(process.execPath, ["provider.mjs"], { cwd: FOLDER, stdio: "pipe" });
    const log: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
    child.stdin.write(`${JSON.stringify(document)}\n`);
    const lines = createInterface({ input: child.stdout });
    const said = once(lines, "line").then(([line]) => line as string);
    const ended = once(child, "exit").then(() => "");
    const line = await Promise.race([said, ended]);
    if (!line) throw new Error(`the identity provider did not start (its packages come with \`npm ci\`):\n${log.join("\n")}`);
    const { issuer, control } = JSON.parse(line);
    return new Organisation(child, issuer, control, `http://127.0.0.1:${await freePort()}`);
  }

  /** The setting `sign_in.providers`, as text for the environment. */
  get setting(): string {
    const { issuer } = this;
    const scopes = ["openid", "email", "given_name", "usual_name"];
    return JSON.stringify([
      { ...USUAL, id: "meridian", client_id: "meridian", issuer, scopes: [...scopes, "siret"], label: { en: "Meridian Connect", fr: "Méridien Connect" } },
      {
        ...USUAL,
        id: "strict",
        client_id: "strict",
        issuer,
        scopes: [...scopes, "siret"],
        label: { en: "Meridian Staff", fr: "Méridien Agents" },
        acr_values: ["two"],
        essential_claims: ["email", "siret"],
        create_users: false,
      },
      {
        ...USUAL,
        id: "agora",
        kind: "datapass",
        client_id: "agora",
        issuer,
        scopes: [...scopes, "organizations"],
        label: { en: "Agora Connect", fr: "Agora Connexion" },
      },
      { ...USUAL, id: "library", client_id: "nobody", issuer: this.nowhere, label: { en: "Library Pass", fr: "Pass Bibliothèque" } },
    ]);
  }

  /** Gives somebody an account there, or changes what is said of her. */
  async account(id: string, account: Account): Promise<void> {
    await this.call("PUT", `accounts/${encodeURIComponent(id)}`, account);
  }

  /** Gives somebody an account with an e-mail address for which the organisation vouches. */
  async person(id: string, email: string, names: { given_name?: string; usual_name?: string } = {}): Promise<void> {
    await this.account(id, { claims: { email, email_verified: true, ...names } });
  }

  /** Lets a path below the issuer answer with that status and nothing else; without one, as it should. */
  async fault(path: string, status?: number): Promise<void> {
    await this.call("PUT", "faults", { path, status });
  }

  /** Stops it. */
  async stop(): Promise<void> {
    const gone = once(this.process, "exit");
    // It lives as long as its input is open.
    this.process.stdin!.end();
    await gone;
  }

  private async call(method: string, path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.control}/${path}`, { method, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path} at the provider: ${answer.status} ${await answer.text()}`);
  }
}
