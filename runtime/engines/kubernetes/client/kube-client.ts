import http from "node:http";
import https from "node:https";
import { setMaxListeners } from "node:events";
import { pauseWithin, Retries } from "../../../retries.ts";
import { textAt } from "../json-at.ts";
import { type KubeAccess, KubeAccesses } from "./kube-access.ts";
import { failureOfAnswer, KubeFailure, type KubeFailureKind } from "./kube-failure.ts";

export interface KubeRequest {
  /**
   * `APPLY` makes an object, or lets it be as the body says where it is there, and leaves alone what others set; what the
   * last one said and this one leaves out is taken away. `MERGE` changes an object where the body says something.
   */
  readonly method?: "GET" | "POST" | "DELETE" | "APPLY" | "MERGE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Of tries in all; 1 leaves it to the caller to try again. */
  readonly maxTries?: number;
}

export interface KubeStream extends Pick<KubeRequest, "path" | "query"> {
  readonly signal: AbortSignal;
  /** Without anything from the server for so long it counts as broken. */
  readonly silenceMs: number;
  onLine(line: string): void;
}

const MAX_TRIES = 24;
/** Server-side apply: the body is YAML, which JSON is. Of a field that another set, the last word counts. */
const APPLY = {
  method: "PATCH",
  contentType: "application/apply-patch+yaml",
  query: { fieldManager: "millrace", force: "true" },
};
const MERGE = { method: "PATCH", contentType: "application/merge-patch+json" };
const PASSING: ReadonlySet<KubeFailureKind> = new Set(["throttled", "unclear", "login"]);
const FIRST_DELAY_MS = 200;
const FIRST_THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
const ANSWER_MS = 30_000;
const MAX_RETRY_AFTER_S = 30;

/** Talks to the API server: HTTPS and JSON on connections that are kept. */
export class KubeClient {
  readonly #accesses: KubeAccesses;
  readonly #abort = new AbortController();
  readonly #retries = new Retries({
    maxDelayMs: MAX_DELAY_MS,
    maxTries: () => MAX_TRIES,
    isAnswer: (error) => error instanceof KubeFailure && error.status !== undefined,
    firstDelayMs: (error) => {
      if (!(error instanceof KubeFailure) || !PASSING.has(error.kind)) return null;
      return error.kind === "throttled" ? FIRST_THROTTLED_DELAY_MS : FIRST_DELAY_MS;
    },
    signal: this.#abort.signal,
  });

  constructor(context: string | null) {
    this.#accesses = new KubeAccesses(context);
    // A thousand requests may wait for their turn.
    setMaxListeners(0, this.#abort.signal);
  }

  async namespace(): Promise<string> {
    return (await this.#accesses.current()).namespace;
  }

  async server(): Promise<string> {
    return (await this.#accesses.current()).server.href;
  }

  /** The answer's JSON. */
  async json(request: KubeRequest): Promise<unknown> {
    const text = await this.text(request);
    try {
      return text === "" ? null : JSON.parse(text);
    } catch (error) {
      throw new KubeFailure("unclear", `${request.path} is answered with what is not JSON`, { cause: error });
    }
  }

  /** @throws KubeFailure of the last try */
  text(request: KubeRequest): Promise<string> {
    return this.#retries.run(() => this.#authorized((access) => this.#once(access, request)), request.maxTries);
  }

  /** Gives each line as it comes; resolves when the server ends the answer. */
  lines(stream: KubeStream): Promise<void> {
    return this.#authorized((access) => this.#stream(access, stream));
  }

  /** Nothing is tried again from now on; what is under way goes on. */
  hurry(): void {
    this.#abort.abort();
  }

  close(): void {
    this.#accesses.close();
  }

  /** A token that is refused may have run out: once it is read again. */
  async #authorized<T>(action: (access: KubeAccess) => Promise<T>): Promise<T> {
    const access = await this.#accesses.current();
    try {
      return await action(access);
    } catch (error) {
      if (!(error instanceof KubeFailure) || error.kind !== "credentials") throw error;
      return action(await this.#accesses.renew(access));
    }
  }

  async #once(access: KubeAccess, { method: asked = "GET", path, query: own, body }: KubeRequest): Promise<string> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const length = Buffer.byteLength(text ?? "");
    const { method, contentType, query } =
      asked === "APPLY"
        ? { ...APPLY, query: { ...APPLY.query, ...own } }
        : { method: asked, contentType: "application/json", ...(asked === "MERGE" ? MERGE : {}), query: own };
    const headers = text === undefined ? {} : { "content-type": contentType, "content-length": length };
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await send(access, { method, path, query, headers, text, signal });
    const said = await read(answer);
    const status = answer.statusCode ?? 0;
    if (status < 400) return said;
    const retryAfterS = Number(answer.headers["retry-after"]);
    if (retryAfterS > 0) await pauseWithin(Math.min(retryAfterS, MAX_RETRY_AFTER_S) * 1000, this.#abort.signal);
    throw failureOfAnswer(status, messageOf(said, status));
  }

  async #stream(access: KubeAccess, { path, query, signal, silenceMs, onLine }: KubeStream): Promise<void> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceMs);
    try {
      const either = AbortSignal.any([signal, silence.signal]);
      const answer = await send(access, { method: "GET", path, query, headers: {}, text: undefined, signal: either });
      const status = answer.statusCode ?? 0;
      if (status >= 400) throw failureOfAnswer(status, messageOf(await read(answer), status));
      answer.setEncoding("utf8");
      let rest = "";
      for await (const piece of answer as AsyncIterable<string>) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silenceMs);
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") onLine(line);
      }
    } catch (error) {
      if (signal.aborted || silence.signal.aborted) return;
      throw error instanceof KubeFailure ? error : unclear(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>> | undefined;
  readonly headers: http.OutgoingHttpHeaders;
  readonly text: string | undefined;
  readonly signal: AbortSignal;
}

function send(access: KubeAccess, { method, path, query, headers, text, signal }: Sent): Promise<http.IncomingMessage> {
  const { server, auth, agent } = access;
  const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
  // A server behind a gateway has a path of its own.
  const url = new URL(`${server.href.replace(/\/$/, "")}${path}${search}`);
  const { request } = url.protocol === "http:" ? http : https;
  const all = { accept: "application/json", ...access.headers, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: all, agent, signal, ...(auth === undefined ? {} : { auth }) },
      resolve,
    );
    sent.on("error", (error) => reject(unclear(error)));
    sent.end(text);
  });
}

async function read(answer: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  } catch (error) {
    throw unclear(error);
  }
  return Buffer.concat(pieces).toString();
}

/** Servers answer with a Status object, what stands before them with anything. */
function messageOf(said: string, status: number): string {
  try {
    return textAt(JSON.parse(said), "message") ?? `status ${status}`;
  } catch {
    return said.trim().split("\n")[0]?.slice(0, 300) || `status ${status}`;
  }
}

function unclear(error: unknown): KubeFailure {
  const { message, code } = error as NodeJS.ErrnoException;
  return new KubeFailure("unclear", message || (code ?? "no answer"), { cause: error });
}
