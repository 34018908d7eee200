// A real OpenID Connect provider for tests, on ports of this machine alone.
//
// The first line of standard input is one JSON document (README.md says what is in it); the first line of standard output is
// `{"issuer", "control"}`, written once both listen. It lives as long as its standard input is open.

import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

import { standAt } from "./clock.mjs";

// Standard output is for the one line: what the library has to say goes to the log.
console.info = console.error;

const { control } = await import("./control.mjs");
const { Host } = await import("./host.mjs");

async function listen(server, port) {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

const input = createInterface({ input: process.stdin });
input.once("close", () => process.exit());
const [line] = await once(input, "line");
const document = JSON.parse(line);
standAt(document.now);

let host;
const door = createServer((request, response) => host.handle(request, response));
const port = await listen(door, document.port ?? 0);
host = new Host(document, port);
await host.start().catch((error) => {
  console.error(error.error_description ?? error);
  process.exit(1);
});
const back = await listen(createServer((request, response) => control(host, request, response)), 0);
console.log(JSON.stringify({ issuer: host.issuer, control: `http://127.0.0.1:${back}` }));
