// A third party that calls the API over HTTP, as a calendar or a helpdesk would.

/** What a room is made with. */
export interface NewRoom {
  name?: string;
  access_level?: "public" | "trusted" | "restricted";
}

/** A room as the API shows it. */
export interface Room {
  id: string;
  slug: string;
  url: string;
  access_level: string;
}

/** An answer of the API. */
export interface Answer {
  status: number;
  body: any;
}

/** An application with its credentials. */
export class Application {
  constructor(
    private readonly url: string,
    readonly clientId: string,
    readonly clientSecret: string,
  ) {}

  /** Asks for a token for a person, whatever the answer. */
  async ask(email: string): Promise<Answer> {
    const body = {
      grant_type: "client_credentials",
      client_id: this.clientId,
      client_secret: this.clientSecret,
      scope: email,
    };
    return this.call("POST", "application/token/", body);
  }

  /** A token for a person. */
  async tokenFor(email: string): Promise<string> {
    const { body } = must(200, await this.ask(email));
    return body.access_token;
  }

  /** Makes a room with a token. */
  async createRoom(token: string, room: NewRoom = {}): Promise<Room> {
    const { body } = must(201, await this.call("POST", "rooms/", room, token));
    return body;
  }

  /** Lists the rooms that a token may see, whatever the answer. */
  async listRooms(token: string): Promise<Answer> {
    return this.call("GET", "rooms/", undefined, token);
  }

  private async call(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(`${this.url}/external-api/v1.0/${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  }
}

function must(status: number, answer: Answer): Answer {
  if (answer.status !== status) throw new Error(`${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`);
  return answer;
}
