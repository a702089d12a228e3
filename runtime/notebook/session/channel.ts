import fs from "node:fs";
import type { FromSession } from "../front/protocol.ts";

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
    writeAll(1, this.#mark);
    writeAll(2, this.#mark);
    writeAll(FRONT_FD, bytes);
    this.isSending = false;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      // A child process may have set the shared pipe to fail where it would wait.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(PAUSE, 0, 0, 1);
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
