import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { ServingLanes, SettledRequest } from "../lanes/serving-lanes.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { serviceError } from "../model/service-error.ts";
import { type ServedVersion, versionText } from "../pool/served-version.ts";
import { errorAnswer, type ServedAnswer, type WaitingRequest } from "../queue/waiting-request.ts";
import {
  inferenceReply,
  inferenceRequest,
  inferenceRoute,
  type InferenceSubject,
  numberText,
} from "./inference-route.ts";
import { arrowAsked, ARROW_TYPE } from "./arrow-asked.ts";
import type { Exchange } from "./exchange.ts";
import { HeldBytes } from "./held-bytes.ts";
import { HttpExchange } from "./http-exchange.ts";
import { OpenConnections } from "./open-connections.ts";
import { ownReply, type ServerFacts, unknownPath } from "./own-reply.ts";
import type { ReadBody } from "./read-body.ts";
import { jsonReply } from "./reply.ts";
import { rowsIn } from "./rows-in.ts";
import type { ServiceCode } from "./service-code.ts";
import { idIn, type TimedRequest, timesOf } from "./timed-request.ts";

export interface ServiceServerOptions {
  /** Name of the service's class. */
  readonly service: string;
  readonly code: ServiceCode;
  readonly predictions: readonly Prediction[];
  readonly lanes: ServingLanes;
  readonly maxBodyBytes: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** Version of Millrace. */
  readonly millrace: string;
  /** For the log. */
  note(text: string): void;
}

/** A request of a slow client: its headers, and all of it. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
const IDLE_MS = 50;
/** The bodies that are held at once: so many of the largest, and so many bytes where those are small. */
const HELD_BODIES = 16;
const HELD_BYTES = 32_000_000;

/** Answers HTTP with what the dispatcher's workers say. */
export class ServiceServer {
  readonly #options: ServiceServerOptions;
  readonly #server: Server;
  readonly #predictions: ReadonlyMap<string, Prediction>;
  readonly #connections: OpenConnections;
  readonly #held: HeldBytes;
  #isDraining = false;

  constructor(options: ServiceServerOptions) {
    this.#options = options;
    this.#held = new HeldBytes(Math.max(HELD_BODIES * options.maxBodyBytes, HELD_BYTES));
    this.#predictions = new Map(options.predictions.map((one) => [`/${one.name}`, one]));
    this.#server = createServer(
      {
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: 5_000,
        noDelay: true,
      },
      (request, response) => {
        const { socket } = request;
        this.#connections.begin(socket);
        response.once("close", () => this.#connections.end(socket));
        if (this.#isDraining) response.shouldKeepAlive = false;
        this.#answer(new HttpExchange(request, response));
      },
    );
    this.#connections = new OpenConnections(this.#server, {
      ...{ maxBytes: options.maxBodyBytes, keepAlive: KEEP_ALIVE_MS / 1000 },
      isQuick: (path) => this.#predictions.has(path),
      isDraining: () => this.#isDraining,
      answer: (exchange) => this.#answer(exchange),
    });
  }

  /** @throws MillraceError `MILLRACE_SERVICE` for an address that cannot be had */
  async listen({ port, host }: { readonly port: number; readonly host: string }): Promise<string> {
    this.#server.listen(port, host);
    try {
      await once(this.#server, "listening");
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      throw serviceError(`Cannot listen on ${host}:${port} because the system refuses: ${code}`, {
        hint:
          code === "EADDRINUSE"
            ? "another program listens there: choose one with --port, or --port 0 for any"
            : "choose another --host or --port",
      });
    }
    const { port: given } = this.#server.address() as AddressInfo;
    return `http://${host.includes(":") ? `[${host}]` : host}:${given}`;
  }

  /** Takes no more connections, and waits for the answers to what has come. */
  async drain(limitMs: number): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Again and again: a connection that is at a request now would be kept for the next one.
    const idle = setInterval(() => this.#connections.endIdle(), IDLE_MS);
    const late = setTimeout(() => this.#connections.endAll(), limitMs);
    await closed;
    clearInterval(idle);
    clearTimeout(late);
  }

  get #isReady(): boolean {
    return !this.#isDraining && this.#options.lanes.stable.keeper.ready > 0;
  }

  #answer(exchange: Exchange): void {
    const { path } = exchange;
    const prediction = this.#predictions.get(path);
    if (prediction !== undefined) return this.#predict(prediction, exchange);
    if (path.startsWith("/v2")) return this.#infer(path, exchange);
    const reply = ownReply(path, this.#facts(exchange));
    if (reply === null) return this.#unknown(path, exchange);
    if (!isReading(exchange)) return notAllowed(exchange, "GET, HEAD");
    exchange.send(reply);
  }

  #predict(prediction: Prediction, exchange: Exchange): void {
    if (exchange.method !== "POST") return notAllowed(exchange, "POST");
    const { id } = exchange;
    const { lanes, timeoutMs } = this.#options;
    const { arrivedAt, isHasty, deadline } = timesOf(exchange, timeoutMs);
    const lane = lanes.of(idIn(exchange, "x-visitor-id") ?? id);
    // Spelt out, here and below: to copy an object's properties takes as long as all the rest of this method.
    const of: TimedRequest = { lane, prediction, arrivedAt, isHasty, deadline };
    this.#read(exchange, (body) => {
      const settle = (answer: ServedAnswer, asked: SettledRequest["request"] = null) => {
        const { status, body: bytes, isArrow = false } = answer;
        const type = isArrow ? ARROW_TYPE : undefined;
        exchange.send({ status, body: bytes, headers: answerHeaders(answer), type });
        this.#told(() => lanes.settled({ lane, prediction, arrivedAt, isHasty, answer, id, request: asked }));
      };
      if ("error" in body) return settle(errorAnswer(body.status, body.error, body.retryAfter));
      const arrow = arrowAsked(exchange);
      const read = arrow === null ? rowsIn(body.bytes) : { rows: null };
      if ("fault" in read) return settle(errorAnswer(400, `the body is not JSON: ${read.fault}`));
      const asked = { body: body.bytes, rows: read.rows, arrow: arrow ?? undefined };
      this.#add(of, exchange, { asked, settle: (answer) => settle(answer, asked) });
    });
  }

  #infer(path: string, exchange: Exchange): void {
    const subject = this.#subject();
    const route = inferenceRoute(path, subject);
    if (route === null) return this.#unknown(path, exchange);
    if (route.kind === "reply")
      return isReading(exchange) ? exchange.send(route.reply) : notAllowed(exchange, "GET, HEAD");
    if (exchange.method !== "POST") return notAllowed(exchange, "POST");
    const { id } = exchange;
    const { lanes, timeoutMs } = this.#options;
    // What names a version is answered by the stable one, of which the path was found to be.
    const lane = route.version === null ? lanes.of(idIn(exchange, "x-visitor-id") ?? id) : lanes.stable;
    const times = timesOf(exchange, timeoutMs);
    this.#read(exchange, (body) => {
      if ("error" in body) {
        const answer = errorAnswer(body.status, body.error, body.retryAfter);
        return exchange.send({ ...answer, headers: answerHeaders(answer) });
      }
      const asked = inferenceRequest(body.bytes, subject);
      if ("reply" in asked) return exchange.send(asked.reply);
      const { prediction, rows } = asked;
      const of: TimedRequest = { ...times, lane, prediction };
      const kept = { body: asked.body, rows };
      this.#add(of, exchange, {
        asked: kept,
        settle: (answer) => {
          queueMicrotask(() => this.#told(() => lanes.settled({ ...of, answer, id, request: kept })));
          // The version that was named may have been replaced while the request waited.
          if (route.version !== null && answer.version !== null && route.version !== numberText(answer.version))
            return this.#unknown(path, exchange);
          this.#guarded(exchange, () => {
            const reply = inferenceReply(answer, { name: subject.name, id: asked.id ?? id, prediction });
            exchange.send({ ...reply, headers: answerHeaders(answer) });
          });
        },
      });
    });
  }

  /** Reads the body of a request, and counts it until the request is answered. */
  #read(exchange: Exchange, done: (body: ReadBody) => void): void {
    const { maxBodyBytes: maxBytes } = this.#options;
    const held = this.#held;
    let bytes = 0;
    exchange.onClose(() => {
      held.give(bytes);
      bytes = 0;
    });
    const onHeld = (more: number) => void (bytes += more);
    exchange.readBody({ maxBytes, held, onHeld }, (body) => this.#guarded(exchange, () => done(body)));
  }

  /** Queues a request until it is answered or its client is gone. */
  #add(of: TimedRequest, exchange: Exchange, request: AskedRows): void {
    const { arrivedAt, deadline } = of;
    const { dispatcher } = of.lane;
    const { name } = of.prediction;
    let isOver = false;
    const settle = (answer: ServedAnswer) => {
      if (isOver) return;
      isOver = true;
      request.settle(answer);
    };
    const { body, rows, arrow } = request.asked;
    const waiting: WaitingRequest = { body, rows, arrow, arrivedAt, deadline, settle };
    exchange.onClose(() => {
      if (isOver) return;
      isOver = true;
      dispatcher.forget(name, waiting);
      this.#told(() => this.#options.lanes.left(of));
    });
    dispatcher.add(name, waiting);
  }

  /** What nobody has foreseen fails its own request, and not the server. */
  #guarded(exchange: Exchange, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.note(`a request cannot be answered: ${messageOf(error)}`);
      exchange.send(jsonReply(500, { error: "the server failed; its log says why" }));
    }
  }

  /** Counts and copies follow the answer, and cannot fail it. */
  #told(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.note(`a request is not counted: ${messageOf(error)}`);
    }
  }

  #facts({ headers }: Exchange): ServerFacts {
    const { service, code, predictions, lanes } = this.#options;
    const address = `http://${headers.host ?? "localhost"}`;
    return { service, code, predictions, lanes, address, isReady: this.#isReady };
  }

  #unknown(path: string, exchange: Exchange): void {
    exchange.send(unknownPath(path, { predictions: this.#options.predictions, model: this.#subject().name }));
  }

  #subject(): InferenceSubject {
    const { service, predictions, lanes, millrace } = this.#options;
    const { version } = lanes.stable.keeper;
    return { name: version?.name ?? service, version, predictions, isReady: this.#isReady, server: millrace };
  }
}

interface AskedRows {
  readonly asked: Pick<WaitingRequest, "body" | "rows" | "arrow">;
  settle(answer: ServedAnswer): void;
}

function answerHeaders({ version, retryAfter }: ServedAnswer) {
  const ofVersion = version === null ? undefined : versionHeaders(version);
  return retryAfter === undefined ? ofVersion : { ...ofVersion, "retry-after": String(retryAfter) };
}

const versionHeadersMade = new WeakMap<ServedVersion, Readonly<Record<string, string>>>();

function versionHeaders(version: ServedVersion): Readonly<Record<string, string>> {
  const made = versionHeadersMade.get(version) ?? { "x-model": versionText(version), "x-model-hash": version.hash };
  versionHeadersMade.set(version, made);
  return made;
}

function isReading({ method }: Exchange): boolean {
  return method === "GET" || method === "HEAD";
}

function notAllowed(exchange: Exchange, allow: string): void {
  exchange.send(jsonReply(405, { error: `this path takes ${allow}` }, { allow }));
}
