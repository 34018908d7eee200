// The real binary with a fresh data folder, and its command line.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { Application } from "./application";

/** The password of every person of the tests. */
export const PASSWORD = "correct horse battery staple";

/** How long the server may take to listen, in milliseconds. */
const START_LIMIT = 20_000;

/** Somebody with an account. */
export interface Person {
  id: string;
  email: string;
  name: string | null;
}

/** What an application is made with. */
export interface NewApplication {
  name: string;
  scopes?: string[];
  domains?: string[];
}

/** A running server; made with {@link Server.start}. */
export class Server {
  private constructor(
    /** `server.public_url`, without a slash at its end. */
    readonly url: string,
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly serving: ChildProcess,
    private readonly log: string[],
  ) {}

  /** Starts one on a port of this machine, with `settings` as environment variables, and waits until it listens. */
  static async start(port: number, settings: Record<string, string> = {}): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "parloir-end2end-"));
    const url = `http://127.0.0.1:${port}`;
    const environment = {
      PATH: process.env.PATH,
      PARLOIR__SERVER__LISTEN: `127.0.0.1:${port}`,
      PARLOIR__SERVER__PUBLIC_URL: url,
      PARLOIR__DATA_DIR: join(folder, "data"),
      // All tests come from one address, and many of them mistype a password on purpose.
      PARLOIR__SIGN_IN__FAILURES_PER_ADDRESS: "10000",
      ...settings,
    };
    const serving = spawn(binary(), ["serve", "--json"], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const log: string[] = [];
    createInterface({ input: serving.stderr! }).on("line", (line) => log.push(line));
    const server = new Server(url, folder, environment, serving, log);
    try {
      await server.listening();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** What it has logged so far, a line each. */
  get logged(): readonly string[] {
    return this.log;
  }

  /** Stops it and removes its data. Fails when it does not stop as it should. */
  async stop(): Promise<void> {
    if (this.serving.exitCode === null && this.serving.signalCode === null) {
      const gone = once(this.serving, "exit");
      this.serving.kill("SIGTERM");
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
    if (this.serving.exitCode !== 0) {
      throw new Error(`the server ended with ${this.serving.exitCode ?? this.serving.signalCode}:\n${this.log.join("\n")}`);
    }
  }

  /** Runs a command of the binary and gives what it printed as JSON. */
  async command(words: string[], input = ""): Promise<any> {
    const child = spawn(binary(), [...words, "--json"], { cwd: this.folder, env: this.environment });
    let printed = "";
    let complaint = "";
    child.stdout.on("data", (chunk) => (printed += chunk));
    child.stderr.on("data", (chunk) => (complaint += chunk));
    child.stdin.end(input);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`parloir ${words.join(" ")} ended with ${code}: ${complaint}`);
    return JSON.parse(printed);
  }

  /** Makes an account with {@link PASSWORD}, or with none. */
  async person(email: string, name: string, { administrator = false, password = true } = {}): Promise<Person> {
    const more = [...(administrator ? ["--admin"] : []), ...(password ? ["--password-stdin"] : [])];
    return this.command(["user", "create", "--email", email, "--name", name, ...more], `${PASSWORD}\n`);
  }

  /** Makes an application; unless said otherwise it holds every scope for the people of example.org. */
  async application({ name, scopes, domains = ["example.org"] }: NewApplication): Promise<Application> {
    const may = scopes ? scopes.flatMap((scope) => ["--scope", scope]) : ["--all-scopes"];
    const whose = domains.flatMap((domain) => ["--domain", domain]);
    const made = await this.command(["application", "create", "--name", name, ...may, ...whose]);
    return new Application(this.url, made.client_id, made.client_secret);
  }

  private async listening(): Promise<void> {
    const lines = createInterface({ input: this.serving.stdout! });
    const first = once(lines, "line").then(() => "listening");
    const ended = once(this.serving, "exit").then(() => "ended");
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => (timer = setTimeout(resolve, START_LIMIT, "late")));
    const outcome = await Promise.race([first, ended, late]);
    clearTimeout(timer);
    if (outcome !== "listening") throw new Error(`the server did not start (${outcome}):\n${this.log.join("\n")}`);
  }
}

function binary(): string {
  const file = process.env.PARLOIR_BIN;
  if (!file) throw new Error("PARLOIR_BIN must name the binary under test; `cargo xtask e2e` sets it");
  return file;
}
