// How a test changes a running provider and looks into it: JSON over a port of its own.

import { standAt } from "./clock.mjs";
import { body } from "./pages.mjs";

/** By method and kind: takes the host, the rest of the path and the JSON body, gives the JSON answer. */
const ROUTES = {
  "PUT clock": (host, _, { now }) => standAt(now),
  "GET clients": (host) => host.storage.rows("Client"),
  "PUT clients": (host, _, metadata) => host.putClient(metadata),
  "DELETE clients": (host, [id]) => host.storage.remove("Client", id),
  "PUT accounts": (host, [id], account) => void host.accounts.set(id, account),
  "DELETE accounts": async (host, [id, what]) => {
    if (what === "sessions") return host.endSessions(id);
    if (what === "grants") return host.storage.revokeGrants(id);
    await host.endSessions(id);
    host.storage.revokeGrants(id);
    return host.accounts.delete(id);
  },
  "POST keys": (host, _, how) => host.rotateKeys(how),
  "PUT faults": (host, _, { path, ...fault }) => void host.faults.set(path, fault),
  "GET requests": (host) => Object.fromEntries(host.requests),
  "GET logout-tokens": (host) => host.logoutTokens,
};

/** Answers one request to the control port: 200 with JSON, 404, or 400 with the reason as text. */
export async function control(host, request, response) {
  const [kind, ...rest] = request.url.slice(1).split("/").map(decodeURIComponent);
  const route = ROUTES[`${request.method} ${kind}`];
  try {
    if (!route) throw Object.assign(new Error(`nothing at ${request.method} ${request.url}`), { status: 404 });
    const text = await body(request);
    const answer = await route(host, rest, text === "" ? undefined : JSON.parse(text));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(answer ?? null));
  } catch (error) {
    response.statusCode = error.status ?? 400;
    response.end(error.error_description ?? error.message);
  }
}
