import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { handedOverLine, readHandedOver } from "../../../runtime/engines/container/handed-over.ts";

const TOKEN = 'tökén-9f31-with-\n-\r\u2028-and-"quotes"';
const HANDED = { variables: { AWS_SECRET_ACCESS_KEY: "k1" }, secrets: { TOKEN }, masks: [TOKEN, "other"] };
const LINE = Buffer.from(handedOverLine(HANDED));

describe("what is handed over on stdin", () => {
  test("arrives byte by byte as well as at once", async () => {
    expect(await readHandedOver(Readable.from([...LINE].map((byte) => Buffer.of(byte))))).toEqual(HANDED);
    expect(await readHandedOver(Readable.from([LINE]))).toEqual(HANDED);
  });

  test("is taken at the end of its line, though the stream stays open", async () => {
    const stdin = new PassThrough();
    stdin.write(LINE);
    expect(await readHandedOver(stdin)).toEqual(HANDED);
  });

  test("is found behind the body of the request that attached", async () => {
    expect(await readHandedOver(Readable.from([Buffer.from('{"stream":true}'), LINE]))).toEqual(HANDED);
  });

  test.each([
    ["nothing", 0],
    ["half of it", LINE.length >> 1],
    ["all but the last byte", LINE.length - 1],
  ])("is refused where stdin ends after %s, without a word of it", async (_, length) => {
    const refused = readHandedOver(Readable.from(length === 0 ? [] : [LINE.subarray(0, length)]));
    const error = (await refused.catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: "MILLRACE_NOT_HANDED_OVER" });
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain(`or not at all: ${length} bytes came before stdin ended`);
    expect(error.message).not.toContain("9f31");
  });

  test.each([
    "9f31\x00",
    "null",
    '{"variables":{}}',
    '{"variables":{"A":31},"secrets":null,"masks":[]}',
    '{"variables":{},"secrets":["9f31"],"masks":[9]}',
  ])("is refused where the line is none of a launcher's, without a word of it: %s", async (line) => {
    const error = (await readHandedOver(Readable.from([Buffer.from(`\n${line}\n`)])).catch((e: unknown) => e)) as Error;
    expect(error).toMatchObject({ code: "MILLRACE_NOT_HANDED_OVER" });
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain("9f31");
  });

  test("is waited for no longer than the limit", async () => {
    const stdin = new PassThrough();
    stdin.write(LINE.subarray(0, 10));
    await expect(readHandedOver(stdin, 50)).rejects.toThrow("or not at all: 10 bytes came within 0.05 s");
  });
});
