import type { CellOutput } from "../front/protocol.ts";
import type { MessageHeader, Wire } from "./wire.ts";

export type Parent = MessageHeader | Record<string, never>;

/** Sends one message and resolves when ZeroMQ has taken it. */
export type Send = (frames: (string | Buffer)[]) => Promise<void>;

/**
 * All that a kernel tells its clients, in one queue: a message is sent when the one before it has been. Text of a stream is
 * gathered for a moment, as a client takes as long for a word as for a page.
 */
export class Iopub {
  readonly #wire: Wire;
  readonly #send: Send;
  #sent: Promise<void> = Promise.resolve();
  #text: { readonly name: string; readonly parent: Parent; parts: string[]; size: number } | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor({ wire, send }: { wire: Wire; send: Send }) {
    this.#wire = wire;
    this.#send = send;
  }

  status(state: "starting" | "busy" | "idle", parent: Parent): void {
    this.#message("status", { execution_state: state }, parent);
  }

  input(code: string, { count, parent }: { count: number; parent: Parent }): void {
    this.#message("execute_input", { code, execution_count: count }, parent);
  }

  output(output: CellOutput, { count, parent }: { count: number; parent: Parent }): void {
    if (output.type === "stream") return this.#gather(output, parent);
    const [type, content] = contentOf(output, count);
    this.#message(type, content, parent);
  }

  message(type: string, content: Readonly<Record<string, unknown>>, parent: Parent): void {
    this.#message(type, content, parent);
  }

  /** Resolves when all has been sent that was said until now. */
  flushed(): Promise<void> {
    this.#flushText();
    return this.#sent;
  }

  #gather({ name, text }: Extract<CellOutput, { type: "stream" }>, parent: Parent): void {
    if (this.#text !== null && (this.#text.name !== name || this.#text.parent !== parent)) this.#flushText();
    this.#text ??= { name, parent, parts: [], size: 0 };
    this.#text.parts.push(text);
    this.#text.size += text.length;
    if (this.#text.size > MAX_TEXT) this.#flushText();
    else this.#timer ??= setTimeout(() => this.#flushText(), GATHER_MS);
  }

  #flushText(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#text === null) return;
    const { name, parent, parts } = this.#text;
    this.#text = null;
    this.#enqueue("stream", { name, text: parts.join("") }, parent);
  }

  #message(type: string, content: Readonly<Record<string, unknown>>, parent: Parent): void {
    this.#flushText();
    this.#enqueue(type, content, parent);
  }

  #enqueue(type: string, content: Readonly<Record<string, unknown>>, parent: Parent): void {
    const identities = [Buffer.from(`kernel.${type}`)];
    const frames = this.#wire.encode({ identities, header: this.#wire.header(type), parent, content });
    // One that cannot be sent keeps none of the others back.
    this.#sent = this.#sent.then(() => this.#send(frames)).catch(() => undefined);
  }
}

const GATHER_MS = 20;
const MAX_TEXT = 65_536;

function contentOf(
  output: Exclude<CellOutput, { type: "stream" }>,
  count: number,
): [type: string, content: Record<string, unknown>] {
  switch (output.type) {
    case "result":
      return ["execute_result", { data: output.data, metadata: output.metadata, execution_count: count }];
    case "error":
      return ["error", { ename: output.name, evalue: output.message, traceback: output.traceback }];
    case "display": {
      const { data, metadata, displayId, isUpdate } = output;
      // Some clients cannot read null here.
      const transient = displayId === null ? {} : { display_id: displayId };
      return [isUpdate ? "update_display_data" : "display_data", { data, metadata, transient }];
    }
  }
}
