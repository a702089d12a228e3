import type { FromSession } from "../front/protocol.ts";
import { writeFully } from "../../process/write-fully.ts";

/** File descriptors of the session's process besides those of every process. */
export const FRONT_FD = 3;
export const INTERRUPT_FD = 4;

/**
 * The way to the front. Every message is announced by a mark in stdout and in stderr, so that the front knows what
 * child processes and native code wrote before it and what after it. All is written synchronously: a blocked or dying
 * process has said what it has said.
 */
export class Channel {
  /** True while a message is under way: dropped in the middle, it would spoil all that follow. */
  isSending = false;
  readonly #mark: Buffer;

  constructor({ mark }: { mark: string }) {
    this.#mark = Buffer.from(mark);
  }

  send(message: FromSession): void {
    const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
    this.isSending = true;
    writeFully(1, this.#mark);
    writeFully(2, this.#mark);
    writeFully(FRONT_FD, bytes);
    this.isSending = false;
  }
}
