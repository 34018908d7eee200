// What pages, files and cookies are sent with.

import { expect, test } from "../support/test";

/** The directives of a content security policy, by name. */
function directives(policy: string): Map<string, string[]> {
  const parts = policy.split(";").map((part) => part.trim().split(/\s+/));
  return new Map(parts.map(([name, ...values]) => [name!, values]));
}

test("a page's policy admits its own scripts, and only them", async ({ page }) => {
  const nonces = new Set<string>();
  for (const address of ["/", "/sign-in", "/docs", "/rooms/aaa-aaaa-aaa", "/"]) {
    const answer = await page.request.get(address);
    const policy = directives(answer.headers()["content-security-policy"]!);
    expect(policy.get("default-src"), address).toEqual(["'none'"]);
    expect(policy.get("base-uri"), address).toEqual(["'none'"]);
    expect(policy.get("frame-ancestors"), address).toEqual(["'none'"]);
    expect(policy.get("form-action"), address).toEqual(["'self'"]);
    expect(policy.get("style-src"), address).toEqual(["'self'"]);
    const scripts = policy.get("script-src")!;
    expect(scripts, address).not.toContain("'unsafe-inline'");
    expect(scripts, address).not.toContain("'unsafe-eval'");
    const nonce = scripts.find((value) => value.startsWith("'nonce-"))!.slice(7, -1);
    expect(nonce.length).toBeGreaterThanOrEqual(16);
    nonces.add(nonce);
    const html = await answer.text();
    for (const [, attributes, content] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      if (content || attributes!.includes(" src=")) expect(attributes, html).toContain(`nonce="${nonce}"`);
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+="/);
  }
  expect(nonces.size).toBe(5);
});

test("pages are kept by nobody, and framed by nobody", async ({ page, ada, signIn }) => {
  await signIn(ada);
  for (const address of ["/", "/rooms", "/rooms/new", "/rooms/aaa-aaaa-aaa", "/admin/applications"]) {
    const headers = (await page.request.get(address)).headers();
    expect(headers["cache-control"], address).toContain("no-store");
    expect(headers["x-content-type-options"], address).toBe("nosniff");
    expect(headers["referrer-policy"], address).toBe("same-origin");
    expect(headers["x-frame-options"], address).toBe("DENY");
    expect(headers["cross-origin-opener-policy"], address).toBe("same-origin");
    expect(headers["x-request-id"], address).toBeTruthy();
  }
});

test("files carry a hash of their content, and may be kept for ever", async ({ page }) => {
  // A page with something to wake in the browser; one without does not ask for the module.
  const module = /<link [^>]*rel="(modulepreload|preload)"/;
  const html = await (await page.request.get("/docs")).text();
  expect(html).toMatch(module);
  expect(await (await page.request.get("/sign-in")).text()).not.toMatch(module);
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+\.[0-9a-f]{8,}\.(?:css|js|wasm|svg))"/g)].map(([, file]) => file!);
  expect(new Set(files.map((file) => file.split(".").at(-1)))).toEqual(new Set(["css", "js", "svg", "wasm"]));
  for (const file of files) {
    const answer = await page.request.get(file);
    expect(answer.status(), file).toBe(200);
    expect(answer.headers()["cache-control"], file).toBe("public, max-age=31536000, immutable");
    expect(answer.headers()["set-cookie"], file).toBeUndefined();
    expect(answer.headers()["vary"], file).toContain("accept-encoding");
    const plain = await page.request.get(file, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers()["content-encoding"], file).toBeUndefined();
    expect((await plain.body()).equals(await answer.body()), file).toBe(true);
    if (/\.(css|wasm)$/.test(file)) expect(answer.headers()["content-encoding"], file).toBe("gzip");
  }
  const missing = await page.request.get("/pkg/style.00000000.css");
  expect(missing.status()).toBe(404);
  expect(missing.headers()["cache-control"] ?? "").not.toContain("immutable");
});

test("the session's cookie is out of reach for scripts, and changes at sign-in", async ({ page, ada, signIn }) => {
  await page.goto("/sign-in");
  // A stranger is not followed around.
  expect(await page.context().cookies()).toEqual([]);
  await signIn(ada);
  const session = async () => (await page.context().cookies()).find(({ name }) => name === "parloir")!;
  const first = await session();
  expect(first).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect(first.value.length).toBeGreaterThanOrEqual(22);
  await page.goto("/rooms");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await signIn(ada);
  const second = await session();
  expect(second.value).not.toBe(first.value);

  // The one before has ended.
  await page.context().addCookies([first]);
  expect((await page.request.get("/auth/users/me/")).status()).toBe(401);
});
