import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { ServingLanes, SettledRequest } from "../lanes/serving-lanes.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { serviceError } from "../model/service-error.ts";
import { versionText } from "../pool/served-version.ts";
import { errorAnswer, type ServedAnswer, type WaitingRequest } from "../queue/waiting-request.ts";
import {
  inferenceReply,
  inferenceRequest,
  inferenceRoute,
  type InferenceSubject,
  numberText,
} from "./inference-route.ts";
import { arrowAsked, ARROW_TYPE } from "./arrow-asked.ts";
import { HeldBytes } from "./held-bytes.ts";
import { OpenConnections } from "./open-connections.ts";
import { ownReply, type ServerFacts, unknownPath } from "./own-reply.ts";
import { readBody, type ReadBody } from "./read-body.ts";
import { jsonReply, send, ServiceResponse } from "./reply.ts";
import { rowsIn } from "./rows-in.ts";
import type { ServiceCode } from "./service-code.ts";
import { idIn, type TimedRequest, timedRequest } from "./timed-request.ts";

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
  readonly #server: Server<typeof IncomingMessage, typeof ServiceResponse>;
  readonly #predictions: ReadonlyMap<string, Prediction>;
  readonly #connections: OpenConnections;
  readonly #held: HeldBytes;
  #isDraining = false;

  constructor(options: ServiceServerOptions) {
    this.#options = options;
    this.#held = new HeldBytes(Math.max(HELD_BODIES * options.maxBodyBytes, HELD_BYTES));
    this.#predictions = new Map(options.predictions.map((one) => [`/${one.name}`, one]));
    this.#server = createServer<typeof IncomingMessage, typeof ServiceResponse>(
      {
        ServerResponse: ServiceResponse,
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: 5_000,
        noDelay: true,
      },
      (request, response) => this.#answer(request, response),
    );
    this.#connections = new OpenConnections(this.#server);
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
    const late = setTimeout(() => this.#server.closeAllConnections(), limitMs);
    await closed;
    clearInterval(idle);
    clearTimeout(late);
  }

  get #isReady(): boolean {
    return !this.#isDraining && this.#options.lanes.stable.keeper.ready > 0;
  }

  #answer(request: IncomingMessage, response: ServiceResponse): void {
    // A connection that breaks is no failure of ours.
    response.on("error", () => undefined);
    this.#connections.begin(response);
    response.once("close", () => this.#connections.end(response));
    if (this.#isDraining) response.shouldKeepAlive = false;
    const { url = "/" } = request;
    const end = url.indexOf("?");
    const path = end < 0 ? url : url.slice(0, end);
    const id = idIn(request, "x-request-id") ?? randomUUID();
    response.requestId = id;
    const prediction = this.#predictions.get(path);
    if (prediction !== undefined) return this.#predict(prediction, { request, response, id });
    if (path.startsWith("/v2")) return this.#infer(path, { request, response, id });
    const reply = ownReply(path, this.#facts(request));
    if (reply === null) return this.#unknown(path, response);
    if (!isReading(request)) return notAllowed(response, "GET, HEAD");
    send(response, reply);
  }

  #predict(prediction: Prediction, { request, response, id }: Exchange): void {
    if (request.method !== "POST") return notAllowed(response, "POST");
    const { lanes, timeoutMs } = this.#options;
    const of = timedRequest(request, { prediction, timeoutMs, lane: lanes.of(idIn(request, "x-visitor-id") ?? id) });
    this.#read({ request, response, id }, (body) => {
      const settle = (answer: ServedAnswer, asked: SettledRequest["request"] = null) => {
        const { status, body: bytes, isArrow = false } = answer;
        const headers = answerHeaders(answer);
        send(response, { status, body: bytes, headers, ...(isArrow ? { type: ARROW_TYPE } : {}) });
        this.#told(() => lanes.settled({ ...of, answer, id, request: asked }));
      };
      if ("error" in body) return settle(errorAnswer(body.status, body.error, body.retryAfter));
      const arrow = arrowAsked(request);
      const read = arrow === null ? rowsIn(body.bytes) : { rows: null };
      if ("fault" in read) return settle(errorAnswer(400, `the body is not JSON: ${read.fault}`));
      const asked = { body: body.bytes, rows: read.rows, ...(arrow === null ? {} : { arrow }) };
      this.#add(of, response, {
        ...asked,
        arrivedAt: of.arrivedAt,
        deadline: of.deadline,
        settle: (answer) => settle(answer, asked),
      });
    });
  }

  #infer(path: string, { request, response, id }: Exchange): void {
    const subject = this.#subject();
    const route = inferenceRoute(path, subject);
    if (route === null) return this.#unknown(path, response);
    if (route.kind === "reply")
      return isReading(request) ? send(response, route.reply) : notAllowed(response, "GET, HEAD");
    if (request.method !== "POST") return notAllowed(response, "POST");
    const { lanes, timeoutMs } = this.#options;
    // What names a version is answered by the stable one, of which the path was found to be.
    const lane = route.version === null ? lanes.of(idIn(request, "x-visitor-id") ?? id) : lanes.stable;
    const timed = timedRequest(request, { lane, timeoutMs });
    this.#read({ request, response, id }, (body) => {
      if ("error" in body) {
        const answer = errorAnswer(body.status, body.error, body.retryAfter);
        return send(response, { ...answer, headers: answerHeaders(answer) });
      }
      const asked = inferenceRequest(body.bytes, subject);
      if ("reply" in asked) return send(response, asked.reply);
      const { prediction, rows } = asked;
      const of = { ...timed, prediction };
      const kept = { body: asked.body, rows };
      this.#add(of, response, {
        ...{ ...kept, arrivedAt: of.arrivedAt, deadline: of.deadline },
        settle: (answer) => {
          queueMicrotask(() => this.#told(() => lanes.settled({ ...of, answer, id, request: kept })));
          // The version that was named may have been replaced while the request waited.
          if (route.version !== null && answer.version !== null && route.version !== numberText(answer.version))
            return this.#unknown(path, response);
          this.#guarded(response, () => {
            const reply = inferenceReply(answer, { name: subject.name, id: asked.id ?? id, prediction });
            send(response, { ...reply, headers: answerHeaders(answer) });
          });
        },
      });
    });
  }

  /** Reads the body of a request, and counts it until the request is answered. */
  #read({ request, response }: Exchange, done: (body: ReadBody) => void): void {
    const { maxBodyBytes: maxBytes } = this.#options;
    const held = this.#held;
    let bytes = 0;
    response.once("close", () => {
      held.give(bytes);
      bytes = 0;
    });
    const onHeld = (more: number) => void (bytes += more);
    readBody(request, { maxBytes, held, onHeld }, (body) => {
      if ("error" in body) keepUntilRead(request, response);
      this.#guarded(response, () => done(body));
    });
  }

  /** Queues a request until it is answered or its client is gone. */
  #add(of: TimedRequest, response: ServerResponse, request: WaitingRequest): void {
    const { dispatcher } = of.lane;
    const { name } = of.prediction;
    let isOver = false;
    const waiting: WaitingRequest = {
      ...request,
      settle(answer) {
        if (!isOver) request.settle(answer);
        isOver = true;
      },
    };
    response.once("close", () => {
      if (isOver) return;
      isOver = true;
      dispatcher.forget(name, waiting);
      this.#told(() => this.#options.lanes.left(of));
    });
    dispatcher.add(name, waiting);
  }

  /** What nobody has foreseen fails its own request, and not the server. */
  #guarded(response: ServerResponse, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.note(`a request cannot be answered: ${messageOf(error)}`);
      send(response, jsonReply(500, { error: "the server failed; its log says why" }));
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

  #facts({ headers }: IncomingMessage): ServerFacts {
    const { service, code, predictions, lanes } = this.#options;
    const address = `http://${headers.host ?? "localhost"}`;
    return { service, code, predictions, lanes, address, isReady: this.#isReady };
  }

  #unknown(path: string, response: ServerResponse): void {
    send(response, unknownPath(path, { predictions: this.#options.predictions, model: this.#subject().name }));
  }

  #subject(): InferenceSubject {
    const { service, predictions, lanes, millrace } = this.#options;
    const { version } = lanes.stable.keeper;
    return { name: version?.name ?? service, version, predictions, isReady: this.#isReady, server: millrace };
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
}

function answerHeaders({ version, retryAfter }: ServedAnswer) {
  return {
    ...(version === null ? {} : { "x-model": versionText(version), "x-model-hash": version.hash }),
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  };
}

/** A connection that is closed while its client still sends is reset, and the client may never see the answer. */
function keepUntilRead(request: IncomingMessage, response: ServerResponse): void {
  if (response.shouldKeepAlive) return;
  response.shouldKeepAlive = true;
  request.once("end", () => request.socket.destroySoon());
}

function isReading({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

function notAllowed(response: ServerResponse, allow: string): void {
  send(response, jsonReply(405, { error: `this path takes ${allow}` }, { allow }));
}
