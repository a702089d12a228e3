import fc from "fast-check";
import { expect, test } from "vitest";
import { isSoak } from "../../setup/tier.ts";
import { byteStream } from "./byte-stream.ts";
import { type Conversation, converse, echoServers } from "./echo-servers.ts";

const RUNS = isSoak() ? 30_000 : 300;

test("whatever bytes come, however they are cut, clients get the answers that node:http alone would give", async () => {
  const { quick, plain, readQuickly } = await echoServers();
  await fc.assert(
    fc.asyncProperty(byteStream, async (stream) => {
      const found = await converse(quick, stream);
      const wanted = await converse(plain, stream);
      if (isSame(found, wanted)) return;
      const one = await converse(plain, oneByOne(stream.text));
      if (!isSame(found, withLess(one, found))) expect(found).toEqual(one);
    }),
    { numRuns: RUNS, seed: 20_261_202 },
  );
  // Else this would compare node:http with itself.
  expect(readQuickly()).toBeGreaterThan(RUNS / 2);
}, 3_600_000);

/** Each byte alone: then no answer depends on what comes behind it. */
function oneByOne(text: string) {
  // But for what fills large bodies and heads.
  return { text, cuts: Array.from(text, (_, index) => index).filter((index) => !/[yz]/.test(text[index] ?? "")) };
}

/**
 * Where bytes come at once, `node:http` reads them all before it answers. If it then closes the connection, for what it
 * found last, it forgets the answers to what came before.
 */
function withLess(whole: Conversation, found: Conversation): Conversation {
  const before = found.answers.replace(/HTTP\/1\.1 4\d\d [^\r]*\r\nConnection: close\r\n\r\n$/, "");
  return found.isClosed && whole.answers.startsWith(before) ? { ...whole, answers: found.answers } : whole;
}

function isSame(one: Conversation, other: Conversation): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
