import { createHmac, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { startKernel } from "./kernel-client.ts";

const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const EXECUTE = header("execute_request");

function header(type: string, more: object = {}): string {
  return JSON.stringify({ msg_id: randomUUID(), msg_type: type, ...more });
}

/** Parts of a message as they are signed: header, parent, metadata, content. */
const HOSTILE: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  "a header of null": ["null", "{}", "{}", "{}"],
  "a header that is a list": ["[]", "{}", "{}", "{}"],
  "a header that is a number": ["7", "{}", "{}", "{}"],
  "an empty header": ["{}", "{}", "{}", "{}"],
  "a type that is no text": [JSON.stringify({ msg_id: "x", msg_type: { a: 1 } }), "{}", "{}", "{}"],
  "an id of null": [JSON.stringify({ msg_id: null, msg_type: "execute_request" }), "{}", "{}", "{}"],
  "content of null": [EXECUTE, "{}", "{}", "null"],
  "content that is a text": [EXECUTE, "{}", "{}", '"code"'],
  "content that is a list": [EXECUTE, "{}", "{}", "[1]"],
  "a parent of null": [EXECUTE, "null", "{}", '{"code":"1"}'],
  "metadata of null": [EXECUTE, "{}", "null", '{"code":"1"}'],
  "no JSON": [EXECUTE, "{}", "{}", '{"code":'],
  "bytes that are no text": [EXECUTE, "{}", "{}", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  "nesting that is too deep": [EXECUTE, "{}", "{}", `{"code":${DEEP}}`],
  "a header that is too deep to be sent back": [
    header("execute_request").replace("}", `,"x":${DEEP}}`),
    "{}",
    "{}",
    '{"code":"1"}',
  ],
  "a kind of every object": [header("constructor"), "{}", "{}", "{}"],
  "a kind that is no request": [header("__proto___request"), "{}", "{}", "{}"],
  "code that is a number": [EXECUTE, "{}", "{}", '{"code":5,"stop_on_error":null}'],
  "a cursor that is nowhere": [header("complete_request"), "{}", "{}", '{"code":"proc","cursor_pos":-1e99}'],
  "a comm without a name": [header("comm_open"), "{}", "{}", `{"comm_id":${DEEP}}`],
  "an inspection of nothing": [header("inspect_request"), "{}", "{}", '{"cursor_pos":{}}'],
  "a word of many megabytes": [
    header("is_complete_request"),
    "{}",
    "{}",
    JSON.stringify({ code: "x".repeat(2 ** 23) }),
  ],
};

test("a kernel and its session outlive every message, signed or not", async () => {
  const kernel = await startKernel();
  expect((await kernel.execute("var kept = 41")).reply.status).toBe("ok");
  const sign = (parts: readonly (string | Buffer)[]) => {
    const hmac = createHmac("sha256", "secret");
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  };
  for (const [name, parts] of Object.entries(HOSTILE)) {
    await kernel.sendRaw(["<IDS|MSG>", sign(parts), ...parts]);
    const { reply } = await kernel.ask("kernel_info_request", {});
    expect(reply.status, name).toBe("ok");
  }
  const frames = [
    [""],
    ["<IDS|MSG>"],
    ["<IDS|MSG>", ""],
    ["<IDS|MSG>", "é".repeat(32), EXECUTE, "{}", "{}", '{"code":"kept = 0"}'],
    ["<IDS|MSG>", "0".repeat(64), EXECUTE, "{}", "{}", '{"code":"kept = 0"}'],
    ["no identity", EXECUTE],
  ];
  for (const one of frames) await kernel.sendRaw(one);
  expect((await kernel.execute("kept + 1")).heard).toContain("execute_result 42");
}, 300_000);
