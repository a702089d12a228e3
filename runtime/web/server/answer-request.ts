import type { IncomingMessage, ServerResponse } from "node:http";
import { errorAnswer } from "./error-answer.ts";
import type { RequestGuard } from "./request-guard.ts";
import type { PageFiles } from "./page-files.ts";
import { readBody } from "./read-body.ts";
import { RefusedRequest } from "./refused-request.ts";
import type { Router } from "./router.ts";
import { sendAnswer } from "./send-answer.ts";
import type { ServedStore } from "./served-store.ts";

export interface AnswerRequestOptions {
  readonly served: ServedStore;
  readonly guard: RequestGuard;
  readonly router: Router;
  readonly files: PageFiles;
  readonly pingMs: number;
  /** Aborted when the server ends. */
  readonly closing: AbortSignal;
}

const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/** Answers one request; whatever goes wrong with it, the server goes on. */
export async function answerRequest(
  options: AnswerRequestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
  // A connection that breaks is no failure of ours.
  response.on("error", () => undefined);
  try {
    await answer(options, request, response);
  } catch (error) {
    fail(error, response);
  }
}

async function answer(
  options: AnswerRequestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { guard } = options;
  const { method = "GET", headers } = request;
  guard.checkHost(headers);
  // Not `new URL`: it would walk up what climbs, and take what begins with two slashes for a host.
  const [path, search] = split(request.url ?? "/");
  const query = new URLSearchParams(search);
  const isPage = !path.startsWith("/api/") && path !== "/api";
  guard.checkSite(headers, { isPage });
  const cookie = guard.cookieFor(query);
  if (isPage && cookie !== null) return passOn(response, { path, query, cookie });
  guard.checkToken(headers);
  if (isPage) return sendPage(options, { method, path }, response);
  const { route, params } = options.router.find(method, path);
  if (route.method === "POST") guard.checkWrite(headers);
  const body = route.method === "POST" ? await readBody(request) : undefined;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, options.closing]);
  const lastEventId = headers["last-event-id"];
  const asked = { served: options.served, params, query, body, signal };
  const given = await route.answer({ ...asked, lastEventId: typeof lastEventId === "string" ? lastEventId : null });
  await sendAnswer(given, { response, signal, pingMs: options.pingMs });
}

function split(url: string): [string, string] {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}

/** To the same address without the token, which else would stay in the browser's history. */
function passOn(
  response: ServerResponse,
  { path, query, cookie }: { path: string; query: URLSearchParams; cookie: string },
): void {
  query.delete("token");
  const rest = query.toString();
  // What begins with two slashes would lead to another host, and browsers take a backslash for one.
  const place = path.replace(/^[/\\]+/, "/");
  response.writeHead(303, { location: rest === "" ? place : `${place}?${rest}`, "set-cookie": cookie }).end();
}

function sendPage(
  { files }: AnswerRequestOptions,
  { method, path }: { method: string; path: string },
  response: ServerResponse,
): void {
  if (method !== "GET" && method !== "HEAD")
    throw new RefusedRequest(405, { headline: "Cannot answer because the page takes GET alone" });
  const file = files.find(path);
  if (file === null) throw new RefusedRequest(404, { headline: "Cannot answer because the page has no such file" });
  if (file.isForever) response.setHeader("cache-control", "private, max-age=31536000, immutable");
  response.writeHead(200, { "content-type": file.type, "content-length": file.bytes.length }).end(file.bytes);
}

function fail(error: unknown, response: ServerResponse): void {
  if (response.headersSent) return void response.destroy();
  const { status, body } = errorAnswer(error);
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(text);
}
