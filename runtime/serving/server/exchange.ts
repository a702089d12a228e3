import type { IncomingHttpHeaders } from "node:http";
import type { BodyLimits, ReadBody } from "./read-body.ts";
import type { Reply } from "./reply.ts";

/** A request whose head has come, and the way back to its client. */
export interface Exchange {
  readonly method: string;
  /** Without what follows a question mark. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's own, or one of ours. */
  readonly id: string;
  /** Gives nothing where the connection breaks. */
  readBody(limits: BodyLimits, done: (body: ReadBody) => void): void;
  /** The first answer counts. */
  send(reply: Reply): void;
  /** Once, when the answer is out or the client gone. */
  onClose(work: () => void): void;
}
