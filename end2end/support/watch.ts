// Eyes on everything that pages do and say.

import type { BrowserContext, ConsoleMessage, Request } from "@playwright/test";

/** Watches the pages of browser contexts for what no page of ours may do. */
export class Watch {
  private readonly seen: { text: string; address?: string }[] = [];
  /** Pages that were answered with an error; the browser writes that to the console. */
  private readonly refused = new Set<string>();
  private readonly others = new Set<string>();

  /** `url` is the server's own address. */
  constructor(private readonly url: string) {}

  /** Watches all pages of `context`, also those that open later. */
  over(context: BrowserContext): void {
    context.on("console", (message) => this.heard(message));
    context.on("weberror", (error) => this.seen.push({ text: `uncaught: ${error.error().stack ?? error.error()}` }));
    context.on("request", (request) => this.asked(request));
    context.on("response", (response) => {
      if (response.status() >= 400 && response.request().isNavigationRequest()) this.refused.add(response.url());
    });
  }

  /** Lets pages of another origin be: a test serves them to attack ours. */
  allow(origin: string): void {
    this.others.add(origin);
  }

  /** What was wrong so far. */
  complaints(): string[] {
    const expected = (address?: string) => address !== undefined && this.refused.has(address);
    return this.seen.filter(({ address }) => !expected(address)).map(({ text }) => text);
  }

  private heard(message: ConsoleMessage): void {
    // Violations of the content security policy are errors of the console.
    if (message.type() !== "error") return;
    const address = message.location().url;
    const failed = message.text().startsWith("Failed to load resource");
    this.seen.push({ text: `error on the console: ${message.text()} (${address})`, address: failed ? address : undefined });
  }

  private asked(request: Request): void {
    const { protocol, origin, search } = new URL(request.url());
    if (protocol === "data:" || protocol === "blob:") return;
    if (origin !== this.url && !this.others.has(origin)) this.seen.push({ text: `asked elsewhere: ${request.url()}` });
    // The framework's own way to carry an error; ours goes by a flash.
    if (/__err|__path|password|secret/.test(search)) this.seen.push({ text: `said in an address: ${request.url()}` });
  }
}
