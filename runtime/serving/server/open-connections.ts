import type { Server } from "node:http";
import type { Socket } from "node:net";
import { QuickConnection, type QuickConnectionOptions } from "./quick-connection.ts";

/** The connections of a server, and how many requests of each are not answered yet. */
export class OpenConnections {
  readonly #quick = new Set<QuickConnection>();
  /** Those that `node:http` has. */
  readonly #requests = new Map<Socket, number>();

  /** Takes each connection first, and gives those to `node:http` that ask for more than rows. */
  constructor(server: Server, options: Omit<QuickConnectionOptions, "handOver" | "onClose">) {
    const byHttp = server.listeners("connection");
    server.removeAllListeners("connection");
    const handOver = (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once("close", () => this.#requests.delete(socket));
      for (const take of byHttp) take.call(server, socket);
    };
    server.on("connection", (socket: Socket) => {
      const gone = () => this.#quick.delete(quick);
      const quick: QuickConnection = new QuickConnection(socket, {
        ...options,
        onClose: gone,
        handOver: (given) => {
          gone();
          handOver(given);
        },
      });
      this.#quick.add(quick);
    });
    const second = setInterval(() => this.#second(), 1_000).unref();
    server.once("close", () => clearInterval(second));
  }

  /** A request has come that `node:http` has read. */
  begin(socket: Socket): void {
    this.#add(socket, 1);
  }

  /** Its answer is out, or its client gone. */
  end(socket: Socket): void {
    this.#add(socket, -1);
  }

  /** Ends those that wait for no answer, whether they ever asked or not. */
  endIdle(): void {
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroy();
    for (const quick of this.#quick) if (quick.isIdle) quick.destroy();
  }

  endAll(): void {
    for (const socket of this.#requests.keys()) socket.destroy();
    for (const quick of this.#quick) quick.destroy();
  }

  #second(): void {
    for (const quick of this.#quick) quick.second();
  }

  #add(socket: Socket, change: number): void {
    const requests = this.#requests.get(socket);
    if (requests !== undefined) this.#requests.set(socket, requests + change);
  }
}
