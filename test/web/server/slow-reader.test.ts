import http from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { sendAnswer } from "../../../runtime/web/server/send-answer.ts";

const PIECE = `data: ${"x".repeat(64 * 1024)}\n\n`;
const PIECES = 2000;

/** Serves 128 MB of events, and tells how many of the pieces were taken from their source. */
async function served(): Promise<{
  url: string;
  taken: () => number;
  isWaiting: () => boolean;
  stopped: () => boolean;
}> {
  let [taken, hasStopped] = [0, false];
  let response: http.ServerResponse | null = null;
  async function* pieces(): AsyncGenerator<string> {
    try {
      for (; taken < PIECES; taken += 1) yield PIECE;
    } finally {
      hasStopped = true;
    }
  }
  const server = http.createServer((_, given) => {
    response = given;
    const gone = new AbortController();
    given.on("close", () => gone.abort());
    void sendAnswer({ kind: "events", pieces: pieces() }, { response: given, signal: gone.signal, pingMs: 60_000 });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => taken,
    isWaiting: () => response?.writableNeedDrain === true,
    stopped: () => hasStopped,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("of a stream only as much is read as its reader takes", async () => {
  const { url, taken, isWaiting } = await served();
  const response = await new Promise<http.IncomingMessage>((resolve) => http.get(url, { agent: false }, resolve));
  response.pause();
  // The system's own buffers take some; then nothing more is asked for.
  let before = -1;
  for (let calm = 0; calm < 20; before = taken()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    calm = isWaiting() && taken() === before ? calm + 1 : 0;
  }
  expect(taken()).toBeLessThan(PIECES / 4);
  let bytes = 0;
  response.on("data", (chunk: Buffer) => (bytes += chunk.length));
  response.resume();
  await new Promise((resolve) => response.on("end", resolve));
  expect(bytes).toBeGreaterThanOrEqual(PIECES * PIECE.length);
});

test("a reader that goes away ends what is read for it", async () => {
  const { url, taken, stopped } = await served();
  const response = await new Promise<http.IncomingMessage>((resolve) => http.get(url, { agent: false }, resolve));
  response.destroy();
  await until(stopped);
  expect(taken()).toBeLessThan(PIECES);
});
