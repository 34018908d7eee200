// The pages that a person sees at the provider: plain forms, for a browser and for a program alike.

import { parse } from "node:querystring";

/** Sends `title` and the page's inside; both are HTML. */
function send(response, status, title, inside) {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Cache-Control", "no-store");
  response.end(document(title, inside));
}

function document(title, inside) {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title></head>
<body><main><h1>${title}</h1>
${inside}
</main></body>
</html>
`;
}

/** `text` as it stands in HTML. */
function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

/** The page of an interaction: GET shows its form, POST takes the answer. */
export async function interaction(host, request, response) {
  try {
    const details = await host.provider.interactionDetails(request, response);
    if (request.method !== "POST") return show(response, 200, details);
    const fields = parse(await body(request));
    const { status, result } = await answer(host, details, fields);
    if (!result) return show(response, status, details, "Nobody has this account.");
    await host.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: !result.error });
  } catch (error) {
    send(response, error.statusCode ?? 500, "Something went wrong", `<p>${escape(error.error_description ?? error)}</p>`);
  }
}

function show(response, status, { prompt, params, session }, complaint) {
  const alert = complaint ? `<p role="alert">${complaint}</p>` : "";
  if (prompt.name === "login") {
    const inside = `${alert}<form method="post">
<p><label>Account <input name="account" value="${escape(params.login_hint ?? "")}" required></label></p>
<p><button name="answer" value="login">Sign in</button>
<button name="answer" value="abort" formnovalidate>Cancel</button></p>
</form>`;
    return send(response, status, "Sign in", inside);
  }
  const inside = `<p>${escape(params.client_id)} asks who you are, ${escape(session.accountId)}: ${escape(params.scope)}.</p>
<form method="post">
<p><button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></p>
</form>`;
  return send(response, status, "Consent", inside);
}

/** What the person's answer means to the library; without `result` the form comes again. */
async function answer(host, details, fields) {
  if (fields.answer === "abort" || fields.answer === "deny") {
    return { result: refusal("access_denied", `the person chose: ${fields.answer}`) };
  }
  if (details.prompt.name === "consent") return { result: { consent: { grantId: await agree(host, details) } } };
  const account = host.accounts.get(fields.account);
  if (!account) return { status: 400 };
  const { acr, amr } = account;
  const wanted = details.prompt.details.acr;
  const enough = !wanted || (wanted.values ?? [wanted.value]).includes(acr);
  if (!enough) return { result: refusal("unmet_authentication_requirements", `the account has the level ${acr}`) };
  return { result: { login: { accountId: fields.account, acr, amr } } };
}

function refusal(error, description) {
  return { error, error_description: description };
}

async function agree(host, { grantId, params, prompt: { details }, session }) {
  const { Grant } = host.provider;
  const grant = grantId
    ? await Grant.find(grantId)
    : new Grant({ accountId: session.accountId, clientId: params.client_id });
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope);
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims);
  for (const [indicator, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(indicator, scopes);
  }
  return grant.save();
}

/** A request's body as text. */
export async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Asks whether to sign out here as well; `form` is the library's, without buttons. */
export async function logoutPage(ctx, form) {
  const buttons = `<p><button name="logout" value="yes">Sign out</button> <button>Stay signed in</button></p>`;
  ctx.body = document("Sign out", form.replace("</form>", `${buttons}</form>`));
}

export async function loggedOutPage(ctx) {
  ctx.body = document("Signed out", "");
}

export async function errorPage(ctx, out) {
  ctx.type = "html";
  ctx.body = document("Something went wrong", `<p>${escape(out.error)}: ${escape(out.error_description)}</p>`);
}
