import { once } from "node:events";
import { createServer, type Server } from "node:http";
import net, { type AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Exchange } from "../../../runtime/serving/server/exchange.ts";
import { HeldBytes } from "../../../runtime/serving/server/held-bytes.ts";
import { HttpExchange } from "../../../runtime/serving/server/http-exchange.ts";
import { OpenConnections } from "../../../runtime/serving/server/open-connections.ts";

/** A server whose answers say all that it understood of a request. */
export interface EchoServer {
  readonly port: number;
  /** What it was asked. */
  readonly asked: string[];
  /** Grows with all that happens there. */
  events(): number;
  /** Requests that it has yet to answer. */
  pending(): number;
}

/** What a client saw of a connection, and what the server understood. */
export interface Conversation {
  /** All that the server wrote, without what differs by chance. */
  readonly answers: string;
  readonly asked: readonly string[];
  /** It was closed before the client was done. */
  readonly isClosed: boolean;
}

const MAX_BYTES = 100_000;
const KEEP_ALIVE_S = 65;

/** The server that reads plain requests itself, and one that leaves all of them to `node:http`. */
export async function echoServers() {
  let quickly = 0;
  const quick = await echoServer((server, answer) => {
    const connections = new OpenConnections(server, {
      ...{ maxBytes: MAX_BYTES, keepAlive: KEEP_ALIVE_S, isQuick: (path) => path === "/echo", isDraining: () => false },
      answer: (exchange) => {
        quickly += 1;
        answer(exchange);
      },
    });
    onTestFinished(() => connections.endAll());
  });
  const plain = await echoServer(() => undefined);
  return { quick, plain, readQuickly: () => quickly };
}

async function echoServer(
  prepare: (server: Server, answer: (exchange: Exchange) => void) => void,
): Promise<EchoServer> {
  const held = new HeldBytes(100 * MAX_BYTES);
  const asked: string[] = [];
  let [events, pending] = [0, 0];
  const answer = (exchange: Exchange) => {
    let bytes = 0;
    exchange.onClose(() => held.give(bytes));
    const { method, path, headers } = exchange;
    exchange.readBody({ maxBytes: MAX_BYTES, held, onHeld: (more) => void (bytes += more) }, (read) => {
      const body = "bytes" in read ? read.bytes.toString("latin1") : read.error;
      const names = Object.keys(headers).toSorted();
      const text = JSON.stringify([method, path, names.map((name) => [name, headers[name]]), body]);
      asked.push(text);
      events += 1;
      const send = () => exchange.send({ status: "bytes" in read ? 200 : read.status, body: text });
      if (!body.startsWith("later")) return send();
      pending += 1;
      setImmediate(() => {
        pending -= 1;
        events += 1;
        send();
      });
    });
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_S * 1000, noDelay: true }, (request, response) =>
    answer(new HttpExchange(request, response)),
  );
  prepare(server, answer);
  server.prependListener("connection", (socket: net.Socket) => {
    events += 1;
    socket.on("close", () => (events += 1));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked, events: () => events, pending: () => pending };
}

/** Turns of the event loop in which nothing has to happen before something is taken to be over. */
const QUIET_TURNS = 4;

/** Sends bytes in pieces, waits until nothing more happens, and ends the connection. */
export async function converse(
  server: EchoServer,
  { text: said, cuts }: { readonly text: string; readonly cuts: readonly number[] },
): Promise<Conversation> {
  const socket = net.connect({ port: server.port, host: "127.0.0.1", noDelay: true });
  let [text, isOver] = ["", false];
  socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
  socket.on("error", () => undefined).on("end", () => (isOver = true));
  const closed = new Promise<void>((resolve) => void socket.on("close", () => resolve()));
  await once(socket, "connect");
  server.asked.length = 0;
  const ends = [...new Set(cuts)].filter((cut) => cut > 0 && cut < said.length).toSorted((a, b) => a - b);
  let from = 0;
  for (const to of [...ends, said.length]) {
    if (isOver || socket.destroyed) break;
    if (to > from) socket.write(said.slice(from, to), "latin1");
    from = to;
    await turn();
  }
  let last = "";
  for (let turns = 0; turns < QUIET_TURNS;) {
    await turn();
    const now = `${text.length} ${server.events()} ${server.pending()} ${isOver}`;
    turns = now === last && server.pending() === 0 ? turns + 1 : 0;
    last = now;
  }
  const isClosed = isOver || socket.destroyed;
  socket.end();
  await closed;
  return { answers: withoutChance(text), asked: server.asked.toSorted(), isClosed };
}

/** Without the time, and the ids that the server gave. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/\r\nDate: [^\r]*/g, "")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, "ID");
}
