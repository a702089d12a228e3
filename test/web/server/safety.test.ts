import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { RunsAnswer, TagsAnswer } from "../../../runtime/web/api/shapes.ts";
import { folderOfFile, millrace, ROOT } from "../../rigs/harness.ts";
import { type ServedPage, startPage } from "./served-page.ts";

const store = { datastore: "" };
const TOKEN = "a token that nobody guesses";

beforeAll(async () => {
  store.datastore = path.join(folderOfFile(), "store");
  await millrace(["run", path.join(ROOT, "test/web/page/flows/hostile.ts")], store);
  // Beside the store, for paths that climb.
  fs.writeFileSync(path.join(store.datastore, "../secret.json"), '{"secret":"nobody may read this"}');
}, 60_000);

async function onlyRun(page: ServedPage, headers: Record<string, string> = {}): Promise<string> {
  const { runs } = (await page.ask("/api/runs", { headers })).json<RunsAnswer>();
  return `/api/runs/${runs[0]!.flow}/${runs[0]!.id}`;
}

test("every answer forbids scripts from elsewhere, frames around it and guesses at its type", async () => {
  const page = await startPage([], store);
  for (const place of ["/", "/api/runs", "/api/none", "/runs/x/y"]) {
    const { headers } = await page.ask(place);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toMatch(/script-src[^;]*(unsafe|\*|data:)/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});

test("a name that leads here by the word of another site's DNS is refused", async () => {
  const page = await startPage([], store);
  const { port } = new URL(page.origin);
  for (const host of [
    "evil.example",
    `evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    "localhost.evil.example",
    os.hostname(),
    "0.0.0.0",
    "[::2]",
    "127.0.0.1@evil.example",
  ])
    expect([host, (await page.ask("/api/runs", { headers: { host } })).status]).toEqual([host, 403]);
  for (const host of [`localhost:${port}`, "localhost", `127.0.0.1:9999`, `[::1]:${port}`])
    expect([host, (await page.ask("/api/runs", { headers: { host } })).status]).toEqual([host, 200]);
  expect(await raw(page, "GET /api/runs HTTP/1.0\r\n\r\n")).toContain(" 403 ");
});

test("what another site's page asks for is refused, and a link from there is not", async () => {
  const page = await startPage([], store);
  const asked = async (place: string, headers: Record<string, string>) => (await page.ask(place, { headers })).status;
  for (const site of ["cross-site", "same-site"]) {
    expect(await asked("/api/runs", { "sec-fetch-site": site, "sec-fetch-mode": "no-cors" })).toBe(403);
    expect(
      await asked("/api/runs", { "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }),
    ).toBe(403);
    expect(await asked("/", { "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" })).toBe(
      403,
    );
    expect(
      await asked("/", { "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }),
    ).toBe(200);
  }
  expect(await asked("/api/runs", { "sec-fetch-site": "same-origin" })).toBe(200);
  expect(await asked("/api/runs", { "sec-fetch-site": "none" })).toBe(200);
});

test("tags are changed by the page of this server alone", async () => {
  const page = await startPage([], store);
  const place = `${await onlyRun(page)}/tags`;
  const body = JSON.stringify({ add: ["<b>good</b>"] });
  const own = { origin: page.origin, "content-type": "application/json" };
  const post = (headers: Record<string, string>, text = body) =>
    page.ask(place, { method: "POST", headers, body: text });
  expect((await post({ "content-type": "application/json" })).status).toBe(403);
  expect((await post({ ...own, origin: "null" })).status).toBe(403);
  expect((await post({ ...own, origin: "http://evil.example" })).status).toBe(403);
  // Another program of this machine, at another port.
  expect((await post({ ...own, origin: "http://127.0.0.1:1" })).status).toBe(403);
  expect((await post({ ...own, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post({ ...own, "content-type": "text/plain" })).status).toBe(415);
  expect((await post(own, "{")).status).toBe(400);
  expect((await post(own, '{"add":"x"}')).status).toBe(400);
  expect((await post(own, `{"add":["${"x".repeat(100_000)}"]}`)).status).toBe(413);
  expect((await page.get<RunsAnswer>("/api/runs")).runs[0]!.tags).toEqual([]);
  expect((await post(own)).json<TagsAnswer>()).toEqual({ tags: ["<b>good</b>"] });
  expect((await page.get<RunsAnswer>("/api/runs")).runs[0]!.tags).toEqual(["<b>good</b>"]);
  expect((await post(own, '{"remove":["<b>good</b>"]}')).json<TagsAnswer>()).toEqual({ tags: [] });
});

test("with --read-only nothing is written", async () => {
  const page = await startPage(["--read-only"], store);
  const headers = { origin: page.origin, "content-type": "application/json" };
  const reply = await page.ask(`${await onlyRun(page)}/tags`, { method: "POST", headers, body: '{"add":["x"]}' });
  expect(reply.status).toBe(403);
  expect(reply.text).toContain("--read-only");
});

test("no path leads out of the store", async () => {
  const page = await startPage([], store);
  const climbs = [
    "/api/runs/..%2f../secret.json",
    "/api/runs/%2e%2e/%2e%2e",
    "/api/runs/../../secret.json",
    "/api/runs/..%5c..%5csecret.json/x",
    "/api/runs/HostileFlow/..%2f..%2f..%2fsecret.json",
    "/api/runs/HostileFlow/%00/start/1",
    "/api/runs/HostileFlow/%ff",
    "/../../../../etc/passwd",
    "/assets/..%2f..%2fpackage.json",
    "/assets/../../package.json",
    "//etc/passwd",
    "/api/events?run=../secret.json",
    "/api/compare?run=..%2f..%2fsecret.json",
    "/api/runs/HostileFlow/x/code?against=../../x",
  ];
  for (const place of climbs) {
    const reply = await page.ask(place);
    expect(reply.text, place).not.toMatch(/nobody may read|root:|"dependencies"/);
    if (place.startsWith("/api")) expect([400, 404], place).toContain(reply.status);
  }
});

test("a token lets in by its link, then by a cookie, and nothing without", async () => {
  const page = await startPage(["--token", TOKEN], store);
  expect(page.address).toBe(`${page.origin}/?token=${encodeURIComponent(TOKEN)}`);
  expect((await page.ask("/")).status).toBe(401);
  expect((await page.ask("/api/runs")).status).toBe(401);
  expect((await page.ask("/api/runs?token=wrong")).status).toBe(401);
  // The API takes none from an address: those are kept in histories.
  expect((await page.ask(`/api/runs?token=${encodeURIComponent(TOKEN)}`)).status).toBe(401);
  const entered = await page.ask(`/runs/a/b?view=code&token=${encodeURIComponent(TOKEN)}`);
  expect([entered.status, entered.headers.location]).toEqual([303, "/runs/a/b?view=code"]);
  const [given = ""] = entered.headers["set-cookie"] ?? [];
  expect(given).toMatch(/; HttpOnly; SameSite=Strict$/);
  expect(given).not.toContain(TOKEN);
  const [cookie = ""] = given.split(";");
  expect((await page.ask("/api/runs", { headers: { cookie: `other=1; ${cookie}` } })).status).toBe(200);
  expect((await page.ask("/api/runs", { headers: { cookie: `${cookie}0` } })).status).toBe(401);
  expect((await page.ask("/api/runs", { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
});

test("a link with the token does not lead to another site", async () => {
  const page = await startPage([], { ...store, env: { MILLRACE_UI_TOKEN: TOKEN } });
  for (const place of ["//evil.example/", "/\\evil.example/", "/\\/evil.example/"]) {
    const reply = await page.ask(`${place}?token=${encodeURIComponent(TOKEN)}`);
    expect(reply.headers.location).toBe("/evil.example/");
  }
});

test("other machines are let in only with a token", async () => {
  for (const host of ["0.0.0.0", "::", os.hostname()]) {
    const refused = await millrace(["ui", "--host", host], store);
    expect([host, refused.code]).toEqual([host, 2]);
    expect(refused.stderr).toContain("no token is given");
  }
  const short = await millrace(["ui", "--host", "0.0.0.0", "--token", "1234"], store);
  expect([short.code, short.stderr]).toEqual([2, expect.stringContaining("at least 8 characters")]);
  const page = await startPage(["--host", "0.0.0.0", "--token", TOKEN], store);
  const headers = { host: "login-node.example:8790", authorization: `Bearer ${TOKEN}` };
  expect((await page.ask("/api/runs", { headers })).status).toBe(200);
  expect((await page.ask("/api/runs", { headers: { host: "login-node.example" } })).status).toBe(401);
});

test("requests that are none do not end the server", async () => {
  const page = await startPage([], store);
  await raw(page, "\0\0\0\r\n\r\n");
  await raw(page, `GET /${"x".repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await raw(page, "GET http://evil.example/api/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await raw(page, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  expect((await page.ask("/api/runs")).status).toBe(200);
});

test("what a run holds goes out as data, and as HTML only with every value escaped", async () => {
  const page = await startPage([], store);
  const run = await onlyRun(page);
  const places = ["", "/tasks", "/start/1", "/start/1/logs", "/logs", "/code", "/start/1/metrics"].map(
    (one) => run + one,
  );
  for (const place of [...places, "/api/runs"]) {
    const reply = await page.ask(place);
    expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
    // Nothing of it acts on a terminal either.
    expect(reply.text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  }
  const value = await page.get<{ html: string }>(`${run}/start/1/artifacts/value`);
  expect(value.html).toContain("&lt;script&gt;");
  expect(value.html).not.toMatch(/<(script|img|svg on)|[^\w]on\w+=["'][^"']*window/i);
});

/** What comes back for bytes as they are. */
function raw(page: ServedPage, bytes: string): Promise<string> {
  const { hostname, port } = new URL(page.origin);
  return new Promise((resolve) => {
    let text = "";
    const socket = net.connect(Number(port), hostname, () => socket.end(bytes));
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}
