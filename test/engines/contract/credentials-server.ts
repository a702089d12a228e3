import { randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** Gives credentials as the agents of ECS and EKS do: to whoever shows the token. */
export class CredentialsServer {
  readonly token = randomBytes(8).toString("hex");
  /** Answers that were given, by status. */
  readonly answers: number[] = [];
  readonly #server: http.Server;

  constructor() {
    this.#server = http.createServer((request, response) => {
      const isKnown = request.headers.authorization === this.token;
      this.answers.push(isKnown ? 200 : 401);
      response.writeHead(this.answers.at(-1) ?? 500, { "content-type": "application/json" });
      response.end(JSON.stringify(isKnown ? CREDENTIALS : { message: "who asks?" }));
    });
  }

  /** @returns where it listens */
  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/credentials`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const CREDENTIALS = {
  AccessKeyId: "from-the-role",
  SecretAccessKey: "testing",
  Token: "of-the-session",
  Expiration: "2099-01-01T00:00:00Z",
};
