import net from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import { Webhooks } from "../../../runtime/deploy/local/webhooks.ts";
import { readSettings } from "../../../runtime/settings/read-settings.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";

const TOKEN = "a-token-of-the-test";

async function listening(
  token: string | null = TOKEN,
): Promise<{ address: string; store: Datastore; published: () => number }> {
  const store = openDatastore(path.join(temporaryFolder(), "store"));
  prepareDatastore(store);
  let count = 0;
  const env = { MILLRACE_USER: "ada", ...(token === null ? {} : { MILLRACE_EVENT_TOKEN: token }) };
  const webhooks = new Webhooks({
    ...{ host: "127.0.0.1", port: 0, store, settings: readSettings(env, temporaryFolder()) },
    published: () => (count += 1),
  });
  const address = (await webhooks.listen()).replace(/\/events\/NAME$/, "");
  onTestFinished(() => webhooks.close());
  return { address, store, published: () => count };
}

function post(address: string, name: string, { body = "", headers = {} }: { body?: string; headers?: object } = {}) {
  return fetch(`${address}/events/${name}`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers } as Record<string, string>,
  });
}

test("an event that is posted with the token is stored before it is answered", async () => {
  const { address, store, published } = await listening();
  const answer = await post(address, "drift%3Achurn", { body: '{"share": 0.2}' });
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as { id: string };
  expect(new Events(store.storage).find(id)).toMatchObject({
    name: "drift:churn",
    data: { share: 0.2 },
    username: "ada",
  });
  expect(new Inbox(store.storage).names().events).toEqual([id]);
  expect((await (await post(address, "plain")).json()) as object).toMatchObject({ name: "plain" });
  expect(published()).toBe(2);
});

test.each([
  ["a wrong token", 401, "x", { headers: { authorization: "Bearer wrong" } }],
  ["no token", 401, "x", { headers: { authorization: "" } }],
  ["a body that is not JSON", 400, "x", { body: "{" }],
  ["a name that no event has", 400, "no%20name", {}],
  ["data above 256 KiB", 413, "x", { body: JSON.stringify("x".repeat(300_000)) }],
  ["a page of another site", 403, "x", { headers: { origin: "https://elsewhere.example" } }],
])("%s is answered with %d, and nothing is stored", async (_, status, name, options) => {
  const { address, store } = await listening();
  const answer = await post(address, name, options);
  expect(answer.status).toBe(status);
  expect((await answer.json()) as object).toEqual({ error: expect.any(String) });
  expect(store.storage.list("events")).toEqual([]);
});

test("other paths and methods are refused, and healthz answers without a token", async () => {
  const { address } = await listening();
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  expect((await fetch(`${address}/events/x`)).status).toBe(405);
  expect((await fetch(`${address}/healthz`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${address}/`)).status).toBe(404);
});

test("without a token it listens on this machine alone, and answers no other name", async () => {
  const store = openDatastore(temporaryFolder());
  const settings = readSettings({}, temporaryFolder());
  expect(() => new Webhooks({ host: "0.0.0.0", port: 0, store, settings, published: () => undefined })).toThrow(
    expect.objectContaining({ code: "MILLRACE_SETTINGS" }),
  );
  const refused = await millrace(["scheduler", "--listen", "0.0.0.0:0"], { datastore: temporaryFolder() });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("MILLRACE_EVENT_TOKEN is not set")]);
  const { address } = await listening(null);
  expect((await post(address, "x", { headers: { authorization: "" } })).status).toBe(202);
  expect(
    await rawStatus(address, "POST /events/x HTTP/1.1\r\nhost: elsewhere.example\r\ncontent-length: 0\r\n\r\n"),
  ).toBe(403);
});

test("ten megabytes are refused without reading them, and too many headers as well", async () => {
  const { address, store } = await listening();
  const auth = `authorization: Bearer ${TOKEN}\r\nhost: localhost\r\n`;
  // Nothing of the body is ever sent.
  expect(await rawStatus(address, `POST /events/x HTTP/1.1\r\n${auth}content-length: 10000000\r\n\r\n`)).toBe(413);
  const chunk = "100000\r\n".concat("x".repeat(0x100000), "\r\n");
  expect(
    await rawStatus(address, `POST /events/x HTTP/1.1\r\n${auth}transfer-encoding: chunked\r\n\r\n${chunk}${chunk}`),
  ).toBe(413);
  const headers = Array.from({ length: 3000 }, (_, at) => `x-${at}: y`).join("\r\n");
  expect(await rawStatus(address, `POST /events/x HTTP/1.1\r\n${auth}${headers}\r\n\r\n`)).toBe(431);
  expect(store.storage.list("events")).toEqual([]);
});

/** The status that this is answered with; the connection stays open until then. */
function rawStatus(address: string, text: string): Promise<number> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(text));
    let seen = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      seen += part;
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(seen) ?? [];
      if (status === undefined) return;
      resolve(Number(status));
      socket.destroy();
    });
    socket.once("close", () => reject(new Error(`no answer: ${seen}`)));
    socket.once("error", () => undefined);
  });
}
