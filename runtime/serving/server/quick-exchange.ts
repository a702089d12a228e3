import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Exchange } from "./exchange.ts";
import type { PlainHead } from "./plain-head.ts";
import { type BodyLimits, type ReadBody, TOO_MANY_BYTES } from "./read-body.ts";
import type { Reply } from "./reply.ts";
import { idIn } from "./timed-request.ts";

/** A request that has come whole. */
export class QuickExchange implements Exchange {
  readonly method = "POST";
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  readonly #body: Buffer;
  readonly #reply: (reply: Reply) => void;
  #closing: (() => void)[] = [];
  #isOver = false;

  constructor(head: PlainHead, body: Buffer, reply: (reply: Reply) => void) {
    this.path = head.path;
    this.headers = head.headers;
    this.id = idIn(head, "x-request-id") ?? randomUUID();
    this.#body = body;
    this.#reply = reply;
  }

  readBody({ held, onHeld }: BodyLimits, done: (body: ReadBody) => void): void {
    const { length } = this.#body;
    if (!held.take(length)) return done(TOO_MANY_BYTES);
    onHeld(length);
    done({ bytes: this.#body });
  }

  send(reply: Reply): void {
    if (this.#isOver) return;
    this.close();
    this.#reply(reply);
  }

  onClose(work: () => void): void {
    if (this.#isOver) work();
    else this.#closing.push(work);
  }

  /** It is answered, or there is nobody to answer. */
  close(): void {
    this.#isOver = true;
    const closing = this.#closing;
    this.#closing = [];
    for (const work of closing) work();
  }
}
