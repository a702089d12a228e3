import type { ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";

/** The connections of a server, and how many requests of each are not answered yet. */
export class OpenConnections {
  readonly #requests = new Map<Socket, number>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once("close", () => this.#requests.delete(socket));
    });
  }

  /** A request has come. */
  begin({ req: { socket } }: ServerResponse): void {
    this.#add(socket, 1);
  }

  /** Its answer is out, or its client gone. */
  end({ req: { socket } }: ServerResponse): void {
    this.#add(socket, -1);
  }

  /** Ends those that wait for no answer, whether they ever asked or not. */
  endIdle(): void {
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroy();
  }

  #add(socket: Socket, change: number): void {
    const requests = this.#requests.get(socket);
    if (requests !== undefined) this.#requests.set(socket, requests + change);
  }
}
