import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { expect, test } from "vitest";
import { serviceProject, type StartedService, startService } from "../rigs/serving/started-service.ts";
import { HONEST_AND_NOT } from "./services.ts";

async function stillAnswers(service: StartedService): Promise<void> {
  const response = await service.post("/echo", { id: "after" });
  expect([response.status, await response.json()]).toEqual([200, { id: "after", n: 0 }]);
}

test(
  "bodies of 100 MB, with or without their length, are refused with 413 and do not stay in memory",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--max-body", "1mb"] });
    const megabyte = Buffer.alloc(1_000_000, "1");
    const before = memoryOf(service);
    for (const headers of [{ "content-length": "100000000" }, {}]) {
      for (let turn = 0; turn < 3; turn++) expect(await upload(service, { headers, megabyte })).toBe(413);
      await stillAnswers(service);
    }
    // Six times 100 MB were sent.
    expect(memoryOf(service) - before).toBeLessThan(150_000_000);
    // Just what is allowed is taken, and is a call of its own.
    const rows = `[${Array.from({ length: 40_000 }, () => '{"id":"a","n":1}').join(",")}]`;
    const response = await service.post("/echo", rows);
    expect([response.status, (await response.text()).length]).toEqual([200, rows.length]);
    expect((await service.post("/echo", `${rows.slice(0, -1)},`)).status).toBe(400);
  },
);

/** Bytes of the server's own process that are in memory. */
function memoryOf({ child }: StartedService): number {
  const status = fs.readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Sends as much as the server takes, and gives the status of its answer. */
function upload(
  { address }: StartedService,
  { headers, megabyte }: { readonly headers: http.OutgoingHttpHeaders; readonly megabyte: Buffer },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${address}/echo`, { method: "POST", headers, agent: false });
    let left = 100;
    const more = () => {
      while (left > 0 && !request.destroyed) {
        left -= 1;
        if (!request.write(megabyte)) return void request.once("drain", more);
      }
      if (!request.destroyed) request.end();
    };
    request.on("response", (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    request.on("error", reject);
    more();
  });
}

test(
  "clients that are slow, break off, flood headers or speak no HTTP keep nobody else from an answer",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT));
    const { port } = new URL(service.address);
    const slow = Array.from({ length: 50 }, () =>
      talk(port, "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n{"),
    );
    await stillAnswers(service);

    const flood = Array.from({ length: 2000 }, (_, index) => `x-${index}: ${"y".repeat(50)}`).join("\r\n");
    expect(await talk(port, `GET /model HTTP/1.1\r\nhost: a\r\n${flood}\r\n\r\n`).answer).toMatch(/^HTTP\/1.1 431 /);
    expect(await talk(port, "open sesame\r\n\r\n").answer).toMatch(/^HTTP\/1.1 400 /);
    expect(
      await talk(port, "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}")
        .answer,
    ).toMatch(/^HTTP\/1.1 415 /);

    // Some of those break off in the middle of their body, others once it is sent.
    for (const { socket } of slow.slice(25)) socket.write(`"id":"${"b".repeat(41)}"}`);
    for (const { socket } of slow) socket.destroy();
    await stillAnswers(service);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  },
);

/** Says something to the server; the answer is the first that it says. */
function talk(port: string, text: string): { readonly socket: net.Socket; readonly answer: Promise<string> } {
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(text);
  const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
  return { socket, answer };
}

test("tensors of impossible shapes and bottomless data are refused with 400", { timeout: 300_000 }, async () => {
  const service = await startService(serviceProject(HONEST_AND_NOT));
  const deep = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
  const tensor = (shape: string, data: string) =>
    `{"inputs":[{"name":"n","shape":${shape},"datatype":"FP64","data":${data}}]}`;
  for (const body of [
    tensor("[4294967296,0]", "[]"),
    tensor("[1000000000,0]", "[]"),
    tensor("[1,1000000000,0]", "[]"),
    tensor("[0,1000000000]", "[1]"),
    tensor("[1]", deep(100_000)),
    tensor(`[${Array.from({ length: 100_000 }, () => 1).join()}]`, "[1]"),
    tensor("[9007199254740991,9007199254740991]", "[1]"),
  ]) {
    const response = await service.post("/v2/models/ShopService/infer", body);
    const { error } = (await response.json()) as { error: string };
    expect([response.status, error], body.slice(0, 90)).toEqual([400, expect.stringMatching(/^input 0: n has /)]);
  }
  // What is deep in a row of its own fails that request, whatever is at fault.
  const object = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  expect((await service.post("/v2/models/ShopService/infer", tensor("[1]", `[${object}]`))).status).toBe(500);
  await stillAnswers(service);
});

test(
  "bodies that are never finished do not fill memory: beyond 32 MB others are refused",
  { timeout: 300_000 },
  async () => {
    const service = await startService(serviceProject(HONEST_AND_NOT), { args: ["--max-body", "2mb"] });
    const { port } = new URL(service.address);
    const head = "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n";
    const open = Array.from({ length: 17 }, () => talk(port, head + " ".repeat(1_990_000)));
    // Sixteen fit; the one that is too many learns it, and makes room.
    expect(await Promise.race(open.map(({ answer }) => answer))).toMatch(/^HTTP\/1.1 429 [^]*retry-after: 1/i);
    await stillAnswers(service);
    for (const { socket } of open) socket.destroy();
    // What was held is free again.
    const body = JSON.stringify({ id: "a".repeat(1_900_000), n: 0 });
    for (let turn = 0; turn < 20; turn++) expect((await service.post("/echo", body)).status).toBe(200);
  },
);
