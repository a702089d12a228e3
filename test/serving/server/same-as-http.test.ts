import fc from "fast-check";
import { expect, test } from "vitest";
import { isSoak } from "../../setup/tier.ts";
import { byteStream } from "./byte-stream.ts";
import { type Conversation, converse, echoServers } from "./echo-servers.ts";

const RUNS = isSoak() ? 20_000 : 300;

test("whatever bytes come, however they are cut, clients get the answers that node:http alone would give", async () => {
  const { quick, plain, readQuickly } = await echoServers();
  await fc.assert(
    fc.asyncProperty(byteStream, async (stream) => {
      const found = await converse(quick, stream);
      const wanted = await converse(plain, stream);
      if (isSame(found, wanted)) return;
      const each = oneByOne(stream.text);
      const one = await converse(plain, each);
      expect(withoutFault(await converse(quick, each))).toEqual(withoutFault(one));
      if (!areBothCutShort(found, one)) expect(found).toEqual(one);
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
 * found last, it forgets the answers to what came before; what came behind that may still have been asked.
 */
function areBothCutShort(found: Conversation, one: Conversation): boolean {
  const [short, long] = [found, one].toSorted((a, b) => given(a).length - given(b).length) as [
    Conversation,
    Conversation,
  ];
  const [few, many] = [found.asked, one.asked].toSorted((a, b) => a.length - b.length) as [string[], string[]];
  const areParts = given(long).startsWith(given(short)) && few.every((asked) => many.includes(asked));
  return found.isClosed && one.isClosed && areParts;
}

/** Without what `node:http` says itself where it closes a connection. */
function given({ answers }: Conversation): string {
  const fault = /HTTP\/1\.1 4\d\d [^\r]*\r\nConnection: close\r\n(Transfer-Encoding: chunked\r\n\r\n0\r\n)?\r\n$/;
  return answers.replace(fault, "");
}

/** A client that still sends may be reset before it has read what is wrong. */
function withoutFault(said: Conversation): Conversation {
  return { ...said, answers: given(said) };
}

function isSame(one: Conversation, other: Conversation): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
