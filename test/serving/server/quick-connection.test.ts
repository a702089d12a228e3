import { once } from "node:events";
import { createServer } from "node:http";
import net, { type AddressInfo } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Exchange } from "../../../runtime/serving/server/exchange.ts";
import { HeldBytes } from "../../../runtime/serving/server/held-bytes.ts";
import { HttpExchange } from "../../../runtime/serving/server/http-exchange.ts";
import { OpenConnections } from "../../../runtime/serving/server/open-connections.ts";

/** A server that gives back what it got at `/echo`, and says who read it. */
async function echoServer(answer: (reply: () => void, body: string) => void = (reply) => reply()) {
  const held = new HeldBytes(1_000_000);
  let isDraining = false;
  const echoed = (by: string) => (exchange: Exchange) => {
    let bytes = 0;
    exchange.onClose(() => held.give(bytes));
    exchange.readBody({ maxBytes: 500_000, held, onHeld: (more) => void (bytes += more) }, (body) => {
      const text = "bytes" in body ? body.bytes.toString() : body.error;
      answer(() => exchange.send({ status: 200, body: text, headers: { by } }), text);
    });
  };
  const server = createServer((request, response) => echoed("http")(new HttpExchange(request, response)));
  const connections = new OpenConnections(server, {
    ...{ maxBytes: 500_000, keepAlive: 65, isQuick: (path) => path === "/echo", isDraining: () => isDraining },
    answer: echoed("quick"),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    connections.endAll();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, connections, drain: () => (isDraining = true) };
}

interface Client {
  readonly socket: net.Socket;
  /** What came, once it has so many answers: who gave each, and its body. */
  answers(count: number): Promise<string[]>;
}

function client(port: number): Client {
  const socket = net.connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (piece: string) => (text += piece));
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  const whole = () => {
    const found: string[] = [];
    let rest = text;
    for (;;) {
      const [head, size] = /^HTTP\/1\.1 \d+ [^]*?content-length: (\d+)\r\n[^]*?\r\n\r\n/i.exec(rest) ?? [];
      if (head === undefined || rest.length < head.length + Number(size)) return found;
      const body = rest.slice(head.length, head.length + Number(size));
      const isLast = /connection: close/i.test(head);
      found.push(`${/\r\nby: (\w+)/.exec(head)?.[1] ?? ""}: ${body.slice(0, 20)}${isLast ? ", the last" : ""}`);
      rest = rest.slice(head.length + Number(size));
    }
  };
  return {
    socket,
    async answers(count) {
      while (whole().length < count && !socket.destroyed) await after(5);
      return whole();
    },
  };
}

function post(body: string): string {
  return ["POST /echo HTTP/1.1", "host: a", `content-length: ${body.length}`, "", body].join("\r\n");
}

test("requests that come at once, or in pieces, are answered in their order", async () => {
  const { port } = await echoServer();
  const { socket, answers } = client(port);
  const all = post("one") + post("two") + post("three");
  socket.write(all);
  expect(await answers(3)).toEqual(["quick: one", "quick: two", "quick: three"]);
  const cuts = [5, 40, 60, 100, 150];
  for (const [index, from] of [0, ...cuts].entries()) {
    socket.write(all.slice(from, cuts[index]));
    await after(5);
  }
  expect((await answers(6)).slice(3)).toEqual(["quick: one", "quick: two", "quick: three"]);
});

test("an answer waits for the one before it, and one that takes its time holds up no other connection", async () => {
  const waiting: (() => void)[] = [];
  const { port } = await echoServer((reply, body) => (body === "slow" ? waiting.push(reply) : reply()));
  const [first, second] = [client(port), client(port)];
  first.socket.write(post("slow") + post("after it"));
  second.socket.write(post("other"));
  expect(await second.answers(1)).toEqual(["quick: other"]);
  expect(await first.answers(0)).toEqual([]);
  for (const reply of waiting) reply();
  expect(await first.answers(2)).toEqual(["quick: slow", "quick: after it"]);
});

test("node:http takes over a connection with the first request that is not plain, and loses nothing of it", async () => {
  const { port } = await echoServer();
  const { socket, answers } = client(port);
  const chunked = "POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n";
  socket.write(post("one") + chunked + post("three"));
  socket.write(post("four"));
  expect(await answers(4)).toEqual(["quick: one", "http: two", "http: three", "http: four"]);

  const large = client(port);
  large.socket.write(post("x".repeat(100_000)));
  expect(await large.answers(1)).toEqual([`http: ${"x".repeat(20)}`]);

  const lines = client(port);
  for (const piece of post("abcdefghijkl")) {
    lines.socket.write(piece);
    await after(1);
  }
  expect((await lines.answers(1)).map((one) => one.replace(/^\w+/, ""))).toEqual([": abcdefghijkl"]);
});

test("a client that sends half a request, or none, gets to node:http, which knows how long to wait", async () => {
  const { port } = await echoServer();
  const [half, silent] = [client(port), client(port)];
  half.socket.write(post("one").slice(0, -1));
  await after(2_500);
  half.socket.write("e");
  silent.socket.write(post("two"));
  expect(await half.answers(1)).toEqual(["http: one"]);
  expect(await silent.answers(1)).toEqual(["http: two"]);
});

test("a client that does not read its answers is not read from", async () => {
  const count = { answered: 0 };
  const { port } = await echoServer((reply) => {
    count.answered += 1;
    reply();
  });
  const { socket } = client(port);
  socket.pause();
  const many = post("x".repeat(50_000)).repeat(20);
  let isTaken = true;
  for (let round = 0; round < 100 && isTaken; round += 1) isTaken = await written(socket, many);
  // Not all of 100 MB: what is between the two holds a few.
  expect(isTaken).toBe(false);
  expect(count.answered).toBeLessThan(1_900);
});

/** False where nobody takes it. */
function written(socket: net.Socket, text: string): Promise<boolean> {
  return Promise.race([new Promise<boolean>((done) => socket.write(text, () => done(true))), after(1_000, false)]);
}

test("a server that ends answers what it has, says that it is the last, and closes", async () => {
  const waiting: (() => void)[] = [];
  const { port, connections, drain } = await echoServer((reply) => waiting.push(reply));
  const [busy, idle] = [client(port), client(port)];
  const [, closed] = [busy.socket.write(post("one")), once(idle.socket, "close")];
  while (waiting.length === 0) await after(5);
  drain();
  connections.endIdle();
  await closed;
  for (const reply of waiting) reply();
  expect(await busy.answers(1)).toEqual(["quick: one, the last"]);
  if (!busy.socket.destroyed) await once(busy.socket, "close");
});

test("who left is told of once, and answering them does nothing", async () => {
  const left: Exchange[] = [];
  const seen: string[] = [];
  const server = createServer();
  new OpenConnections(server, {
    ...{ maxBytes: 1_000, keepAlive: 65, isQuick: () => true, isDraining: () => false },
    answer: (exchange) => {
      exchange.onClose(() => seen.push("closed"));
      left.push(exchange);
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { socket } = client((server.address() as AddressInfo).port);
  socket.write(post("one"));
  while (left.length === 0) await after(5);
  socket.destroy();
  while (seen.length === 0) await after(5);
  for (const exchange of left) exchange.send({ status: 200, body: "late" });
  expect(seen).toEqual(["closed"]);
});
