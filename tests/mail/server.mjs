// A mail server for tests: takes letters and tells them. See README.md.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

function refuse(code, message) {
  return Object.assign(new Error(message), { responseCode: code });
}

function make({ security, key, cert, user, password }) {
  const hidden = [...(security === "starttls" ? [] : ["STARTTLS"]), ...(user === undefined ? ["AUTH"] : [])];
  return new SMTPServer({
    secure: security === "tls",
    key,
    cert,
    disabledCommands: hidden,
    authOptional: user === undefined,
    disableReverseLookup: true,
    onAuth(given, session, answer) {
      const right = given.username === user && given.password === password;
      if (right) answer(null, { user });
      else answer(refuse(535, "5.7.8 not these"));
    },
    async onData(stream, session, answer) {
      const data = await text(stream);
      const { mailFrom, rcptTo } = session.envelope;
      const to = rcptTo.map(({ address }) => address);
      say({ from: mailFrom.address, to, secure: session.secure, user: session.user ?? null, data });
      answer();
    },
  });
}

const lines = createInterface({ input: process.stdin });
const [first] = await once(lines, "line");
const settings = JSON.parse(first);
const server = make(settings);
// A client that gives up in the middle is what some tests are about.
server.on("error", () => {});
server.listen(settings.port ?? 0, "127.0.0.1", () => say({ port: server.server.address().port }));
lines.on("close", () => process.exit());
