// What the library is told, out of the test's document.

import { errors, interactionPolicy } from "oidc-provider";

import { usualAlgorithm } from "./keys.mjs";
import { errorPage, loggedOutPage, logoutPage } from "./pages.mjs";

const SIGNATURES = ["HS256", "RS256", "PS256", "ES256", "EdDSA"];
const KEY_WRAPS = ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW"];
const CIPHERS = ["A256GCM", "A128CBC-HS256"];

/** The scopes that people are asked for, and the claims that each stands for. */
const CLAIMS = {
  openid: ["sub"],
  email: ["email", "email_verified"],
  profile: ["name", "given_name", "family_name", "locale", "zoneinfo", "updated_at"],
  phone: ["phone_number"],
  given_name: ["given_name"],
  usual_name: ["usual_name"],
  uid: ["uid"],
  siret: ["siret"],
  siren: ["siren"],
  idp_id: ["idp_id"],
  groups: ["groups"],
  roles: ["roles"],
  organizations: ["organizations"],
  organization: ["siret", "label", "is_collectivite_territoriale", "is_service_public", "is_external"],
};

/** Claims of the sign-in itself. */
const OF_THE_SESSION = { acr: null, amr: null, auth_time: null, iss: null, sid: null };

/** Seconds. */
const LIFETIMES = {
  AccessToken: 3600,
  AuthorizationCode: 60,
  ClientCredentials: 600,
  Grant: 1_209_600,
  IdToken: 3600,
  Interaction: 3600,
  RefreshToken: 1_209_600,
  Session: 1_209_600,
};

/** Our own members of a client's metadata; both are booleans. */
const OF_A_CLIENT = ["require_pkce", "skip_consent"];

/** The library's configuration for `host`, an instance of `Host`. */
export function configuration(host, keys) {
  const { document } = host;
  const algorithm = usualAlgorithm(document.keys);
  return {
    jwks: { keys },
    adapter: (model) => host.storage.adapter(model),
    findAccount: (ctx, id) => host.account(id),
    fetch: (url, options) => host.fetch(url, options),
    // A browser's cookies do not tell ports apart: two providers in one browser must not take each other's.
    cookies: {
      names: { session: `op${host.port}`, interaction: `op${host.port}_interaction`, resume: `op${host.port}_resume` },
      keys: ["a key for tests alone"],
    },
    interactions: { url: (ctx, { uid }) => `${host.path}/interaction/${uid}`, policy: policy(document) },
    routes: document.routes,
    clientDefaults: {
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: algorithm,
      introspection_signed_response_alg: algorithm,
    },
    extraClientMetadata: { properties: OF_A_CLIENT, validator: checkClient },
    pkce: { required: (ctx, client) => client.require_pkce === true },
    loadExistingGrant,
    scopes: ["openid", "offline_access", ...(document.scopes ?? [])],
    acrValues: document.acr_values ?? [],
    claims: { ...OF_THE_SESSION, ...(document.claims ?? CLAIMS) },
    conformIdTokenClaims: document.claims_in_id_token !== true,
    clockTolerance: 0,
    ttl: { ...LIFETIMES, ...document.lifetimes },
    issueRefreshToken: async (ctx, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: document.rotate_refresh_tokens === true,
    renderError: errorPage,
    enabledJWA: algorithms(),
    features: features(document),
  };
}

function features(document) {
  const on = { enabled: true };
  return {
    devInteractions: { enabled: false },
    backchannelLogout: on,
    claimsParameter: on,
    clientCredentials: on,
    encryption: on,
    introspection: { ...on, allowedPolicy: async () => true },
    jwtIntrospection: on,
    jwtUserinfo: on,
    resourceIndicators: resources(document),
    revocation: on,
    rpInitiatedLogout: { ...on, logoutSource: logoutPage, postLogoutSuccessSource: loggedOutPage },
  };
}

function algorithms() {
  const enabled = { clientAuthSigningAlgValues: SIGNATURES };
  for (const what of ["idToken", "userinfo", "introspection"]) {
    enabled[`${what}SigningAlgValues`] = SIGNATURES;
    enabled[`${what}EncryptionAlgValues`] = KEY_WRAPS;
    enabled[`${what}EncryptionEncValues`] = CIPHERS;
  }
  return enabled;
}

/** Resource servers (RFC 8707), and the one for which tokens are when a request names none. */
function resources({ resources, default_resource: byDefault }) {
  return {
    enabled: resources !== undefined,
    defaultResource: async (ctx, client, oneOf) => oneOf ?? byDefault,
    useGrantedResource: async () => true,
    getResourceServerInfo: async (ctx, indicator) => {
      if (!Object.hasOwn(resources, indicator)) throw new errors.InvalidTarget();
      return resources[indicator];
    },
  };
}

/** When people are asked something. With `ignore_acr_request` a sign-in goes on at whatever level the account has. */
function policy(document) {
  const prompts = interactionPolicy.base();
  if (document.ignore_acr_request === true) {
    const { checks } = prompts.get("login");
    ["essential_acr", "essential_acrs"].forEach((check) => checks.remove(check));
  }
  return prompts;
}

function checkClient(ctx, name, value) {
  if (value !== undefined && typeof value !== "boolean") {
    throw new errors.InvalidClientMetadata(`${name} must be true or false`);
  }
}

/** What the account agreed to before; everything that is asked, for a client with `skip_consent`. */
async function loadExistingGrant(ctx) {
  const { client, params, provider, requestParamClaims, resourceServers, result, session } = ctx.oidc;
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const existing = id && (await provider.Grant.find(id));
  if (client.skip_consent !== true) return existing;
  const grant = existing || new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(params.scope);
  grant.addOIDCClaims([...requestParamClaims]);
  for (const [indicator, { scope }] of Object.entries(resourceServers)) grant.addResourceScope(indicator, scope ?? "");
  await grant.save();
  return grant;
}
