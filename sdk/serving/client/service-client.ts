import { isRecord } from "../../base/is-record.ts";
import { MillraceError } from "../../base/millrace-error.ts";
import type { Service } from "../service.ts";
import type { AskOptions, ClientOf, WireTypes } from "./client-of.ts";
import { PendingAnswer, type ServiceReply } from "./pending-answer.ts";
import { type RequestFailure, type RequestIssue, ServiceRequestError } from "./service-request-error.ts";

/** What {@link serviceClient} is told. */
export interface ServiceClientOptions {
  /** How long an answer may take, in milliseconds; the server is told. @defaultValue 30_000 */
  readonly timeoutMs?: number;
  /** Sent with each request, such as what a proxy before the service wants. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the platform's `fetch`, which keeps connections open between requests. */
  readonly fetch?: Fetch;
}

/** The platform's `fetch`; any function where the compiler knows none. */
type Fetch = typeof globalThis extends { fetch: infer Own }
  ? Own
  : (address: string, request: object) => Promise<unknown>;

const DEFAULT_TIMEOUT_MS = 30_000;
/** No timer takes more. */
const LONGEST_MS = 2 ** 31 - 1;

/** A `URL`. */
interface ServiceUrl {
  readonly href: string;
}

/** Asked of every object, by `JSON.stringify`, templates and `await`: none of them is a method of a service. */
const OF_OBJECTS: ReadonlySet<unknown> = new Set(["then", "toJSON", "toString", "valueOf", "constructor"]);

/**
 * A client of a service, typed from its class: each method takes a row, or an array of rows, and gives what the service
 * answers. The class is named as a type, so nothing of the service's code or its packages is loaded.
 *
 * Rows have the type that the method takes. Where a schema makes something else of what is sent, say what that is with the
 * second type: `serviceClient<ChurnService, { score: { row: z.input<typeof Customer> } }>(address)`.
 *
 * @param address - of the server, with the path of a proxy where there is one
 *
 * @example
 * ```ts
 * import { Service, predict, serviceClient } from "millrace/serving";
 * import { z } from "zod";
 *
 * // In another file this is: import type { DoublingService } from "./service.ts";
 * class DoublingService extends Service {
 *   @predict({ input: z.number(), output: z.number() })
 *   double(rows: number[]): number[] {
 *     return rows.map((row) => row * 2);
 *   }
 * }
 *
 * const doubling = serviceClient<DoublingService>("http://localhost:3000", { timeoutMs: 500 });
 * const six = await doubling.double(3);
 * const { answer, model, requestId } = await doubling.double([1, 2, 3]).withReply();
 * ```
 */
export function serviceClient<S extends Service<unknown>, Wire extends WireTypes = WireTypes>(
  address: string | ServiceUrl,
  options: ServiceClientOptions = {},
): ClientOf<S, Wire> {
  const base = checkedAddress(address).replace(/\/+$/, "");
  return new Proxy(Object.freeze({}), {
    get: (target, method) =>
      typeof method !== "string" || OF_OBJECTS.has(method)
        ? (Reflect.get(target, method) as unknown)
        : (rows: unknown, asked: AskOptions = {}) => {
            const place = { address: base, method };
            return new PendingAnswer(
              ask({ ...place, rows, headers: options.headers ?? {}, ...sendingOf(options, asked) }),
            );
          },
  });
}

/** Known where the client is made, and not with its first request. */
function checkedAddress(address: string | ServiceUrl): string {
  const text = typeof address === "string" ? address : address.href;
  const url = URL.canParse(text) ? new URL(text) : null;
  const fault = url === null ? "is none" : faultOfAddress(url);
  if (fault === null) return text;
  throw new MillraceError({
    code: "MILLRACE_SERVICE_REQUEST",
    headline: `Cannot make a client of a service because its address ${fault}: ${JSON.stringify(hiddenPassword(text))}`,
    hint: "write it as serve prints it: http://localhost:3000",
  });
}

function faultOfAddress({ protocol, username, password, search, hash }: URL): string | null {
  if (protocol !== "http:" && protocol !== "https:") return "does not begin with http:// or https://";
  if (username !== "" || password !== "") return "has a name or a password, which belong into the option headers";
  return search + hash === "" ? null : "has more than a path";
}

function hiddenPassword(text: string): string {
  return text.replace(/:\/\/[^/]*@/, "://…@");
}

function sendingOf(options: ServiceClientOptions, { timeoutMs, signal, requestId, visitor }: AskOptions) {
  return {
    timeoutMs: Math.min(timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS, LONGEST_MS),
    signal: signal ?? null,
    requestId: requestId ?? null,
    visitor: visitor ?? null,
    send: options.fetch ?? fetch,
  };
}

interface Asked extends ReturnType<typeof sendingOf> {
  readonly address: string;
  readonly method: string;
  readonly rows: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

async function ask(asked: Asked): Promise<ServiceReply<never>> {
  const { address, method, timeoutMs, signal, requestId } = asked;
  signal?.throwIfAborted();
  const failed = (failure: Omit<RequestFailure, "address" | "method">) =>
    new ServiceRequestError({ requestId, ...failure, address, method });
  // What cannot be said in JSON is a mistake of the caller's, and thrown as such.
  const body = JSON.stringify(asked.rows);
  const headers = headersOf(asked);
  const stop = new AbortController();
  const late = failed({ status: 504, because: `there was no answer within ${timeoutMs} ms` });
  const timer = setTimeout(() => stop.abort(late), timeoutMs);
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const response = await asked.send(`${address}/${encodeURIComponent(method)}`, {
      method: "POST",
      headers,
      body,
      // Another address is for the caller to choose: a POST would arrive there as a GET, or with their headers.
      redirect: "manual",
      signal: stop.signal,
    });
    return readReply(response, { text: await response.text(), failed });
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason;
    if (error instanceof ServiceRequestError || !(error instanceof TypeError)) throw error;
    const unfit = unfitHeader(headers);
    if (unfit !== null)
      // Not its value, which may be a secret.
      throw failed({
        because: `the header ${JSON.stringify(unfit)} cannot be sent`,
        hint: "a header's name has letters, digits and -; its value has no line breaks, and no characters beyond Latin-1",
      });
    throw failed({
      because: `it cannot be reached: ${reasonOf(error)}`,
      hint: "start the service there (tsx service.ts serve), or name another address",
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function headersOf({ timeoutMs, requestId, visitor, headers }: Asked): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json",
    "x-timeout-ms": String(timeoutMs),
    ...(requestId === null ? {} : { "x-request-id": requestId }),
    ...(visitor === null ? {} : { "x-visitor-id": visitor }),
    ...headers,
  };
}

/** Of a header that cannot be sent the platform throws the same kind of error as where nobody listens. */
function unfitHeader(headers: Readonly<Record<string, string>>): string | null {
  const found = Object.entries(headers).find(([name, value]) => {
    try {
      new Headers().set(name, value);
      return false;
    } catch {
      return true;
    }
  });
  return found?.[0] ?? null;
}

interface Text {
  readonly text: string;
  failed(failure: Omit<RequestFailure, "address" | "method">): ServiceRequestError;
}

function readReply({ status, headers }: Response, { text, failed }: Text): ServiceReply<never> {
  const requestId = headers.get("x-request-id");
  const value = jsonIn(text);
  if (status === 200 && requestId !== null && value !== NOT_JSON)
    return {
      answer: value as never,
      requestId,
      model: headers.get("x-model"),
      modelHash: headers.get("x-model-hash"),
    };
  if (status === 200)
    throw failed({
      ...{ status, requestId, because: "what answered there is not a service of Millrace" },
      hint: "name the address that serve prints, with the path of the proxy before it if there is one",
    });
  const issues = isRecord(value) && Array.isArray(value["issues"]) ? value["issues"].filter(isIssue) : [];
  const after = Number(headers.get("retry-after") ?? NaN);
  throw failed({
    ...{ status, requestId, issues, because: becauseOf(value, { status, text, issues }) },
    retryAfterMs: Number.isFinite(after) ? after * 1000 : null,
    ...(Number.isFinite(after) ? { hint: `ask again after ${after} s` } : {}),
  });
}

function isIssue(value: unknown): value is RequestIssue {
  return isRecord(value) && Array.isArray(value["path"]) && typeof value["message"] === "string";
}

const NOT_JSON = Symbol("not JSON");

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return NOT_JSON;
  }
}

function becauseOf(
  value: unknown,
  { status, text, issues }: { readonly status: number; readonly text: string; readonly issues: readonly unknown[] },
): string {
  if (issues.length > 0) return `${issues.length === 1 ? "a value does" : `${issues.length} values do`} not fit`;
  const error = isRecord(value) ? value["error"] : undefined;
  if (typeof error !== "string") return `it answered with status ${status}: ${text.slice(0, 200)}`;
  const paths = isRecord(value) && Array.isArray(value["paths"]) ? (value["paths"] as unknown[]).map(String) : [];
  const methods = paths.flatMap((path) => /^POST \/(\w+)$/.exec(path)?.[1] ?? []);
  return methods.length === 0 ? error : `it has no such method; it has ${methods.join(", ")}`;
}

/** What the platform says of a connection that failed is behind "fetch failed". */
function reasonOf({ message, cause }: Error): string {
  const { code, message: behind } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  return code ?? behind ?? message;
}
