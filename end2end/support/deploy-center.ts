// A DeployCenter, and a server that asks it who may make rooms.

import { once } from "node:events";
import { type Server as HttpServer, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Organisation } from "./organisation";
import { freePort } from "./ports";
import { Server } from "./server";

const KEY = "a key that DeployCenter and the server share";

/** Organisations, by what DeployCenter says of each. */
export const SIRET = { active: "13002526500013", inactive: "21770138200012", unknown: "44229377500031", unanswered: "35600000000048" };

const OPERATORS = [
  { id: 1, name: "Syndicate of the Communes of Example", signupUrl: "https://syndicate.example.org/join" },
  { id: 2, name: "Averylongnamewithoutasinglespacethatabrowserwouldhavetobreaksomewhere", signupUrl: "https://long.example.org/" },
  { id: 3, name: "Operator without a page", signupUrl: null },
];

function judge(siret: string | null): { status: number; body: unknown } {
  const organization = { id: 1, type: "commune", name: "Commune of Example", oidc_valid: null };
  switch (siret) {
    case SIRET.active:
      return { status: 200, body: { organization, operator: OPERATORS[0], entitlements: { can_access: true } } };
    case SIRET.inactive: {
      const entitlements = { can_access: false, can_access_reason: "not_activated" };
      return { status: 200, body: { organization, operator: null, entitlements, potentialOperators: OPERATORS } };
    }
    case SIRET.unknown: {
      const entitlements = { can_access: false, can_access_reason: "no_organization" };
      return { status: 200, body: { organization: null, operator: null, entitlements } };
    }
    case SIRET.unanswered:
      return { status: 503, body: {} };
    default:
      return { status: 400, body: {} };
  }
}

/** A server whose people need an entitlement, the organisation through which they sign in, and its DeployCenter. */
export class Gated {
  private constructor(
    readonly server: Server,
    readonly organisation: Organisation,
    private readonly deployCenter: HttpServer,
  ) {}

  static async start(): Promise<Gated> {
    const deployCenter = createServer((request, response) => {
      const url = new URL(request.url!, "http://localhost");
      const known = request.headers["x-service-auth"] === `Bearer ${KEY.replaceAll(" ", "-")}`;
      const { status, body } = known ? judge(url.searchParams.get("siret")) : { status: 401, body: {} };
      // The page that says so loads again after that time, and not while it is being looked at.
      response.writeHead(status, { "content-type": "application/json", ...(status === 503 ? { "retry-after": "30" } : {}) });
      response.end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(deployCenter, "listening");
    const port = await freePort();
    const organisation = await Organisation.start(`http://127.0.0.1:${port}`);
    const server = await Server.start(port, {
      PARLOIR__SIGN_IN__PROVIDERS: organisation.setting,
      PARLOIR__ENTITLEMENTS__PROVIDER: "deploycenter",
      PARLOIR__ENTITLEMENTS__URL: `http://127.0.0.1:${(deployCenter.address() as AddressInfo).port}/api/v1.0/entitlements/`,
      PARLOIR__ENTITLEMENTS__SERVICE_ID: "7",
      PARLOIR__ENTITLEMENTS__API_KEY: KEY.replaceAll(" ", "-"),
      PARLOIR__ENTITLEMENTS__CLAIMS: "siret",
    });
    for (const [id, siret] of Object.entries(SIRET)) {
      const claims = { email: `${id}@example.org`, email_verified: true, given_name: "Vera", usual_name: "Molnár", siret };
      await organisation.account(id, { claims });
    }
    await server.person("made@example.org", "Maud Made");
    return new Gated(server, organisation, deployCenter);
  }

  /** The addresses that pages of it ask. */
  get origins(): string[] {
    return [this.server.url, this.organisation.issuer];
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.organisation.stop();
    this.deployCenter.closeAllConnections();
    this.deployCenter.close();
  }
}
