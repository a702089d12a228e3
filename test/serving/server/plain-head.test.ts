import { expect, test } from "vitest";
import { plainHead } from "../../../runtime/serving/server/plain-head.ts";

const LINES = ["POST /score HTTP/1.1", "Host: a:3000", "Content-Type:application/json", "content-length:  12 "];

function head(...more: string[]) {
  return plainHead([...LINES, ...more, ""].join("\r\n"));
}

test("the head of an ordinary request is read: names in small letters, values without the space around them", () => {
  expect(head("X-Request-Id: visit-17")).toEqual({
    path: "/score",
    length: 12,
    headers: { host: "a:3000", "content-type": "application/json", "content-length": "12", "x-request-id": "visit-17" },
  });
  expect(head("Connection: Keep-Alive")).not.toBeNull();
});

test("whatever programs might read in different ways is left to node:http", () => {
  for (const line of [
    "content-length: 12",
    "Transfer-Encoding: chunked",
    "transfer-encoding : chunked",
    "x-a: b\r\n folded",
    "x-a: b\nTransfer-Encoding: chunked",
    "x-a: b\rx",
    "x-a: \0",
    ": nameless",
    "no colon",
    "connection: close",
    "connection: upgrade",
    "upgrade: h2c",
    "expect: 100-continue",
    "content-encoding: gzip",
    "te: trailers",
    "proxy-connection: close",
    "set-cookie: a=b",
    "__proto__: x",
    "x-a: b\t",
  ])
    expect({ line, head: head(line) }).toEqual({ line, head: null });
  for (const [from, to] of [
    ["POST", "GET"],
    ["HTTP/1.1", "HTTP/1.0"],
    ["/score ", "/score?a=1 "],
    ["/score ", "http://a/score "],
    ["Host: a:3000\r\n", ""],
    ["12", "+12"],
    ["12", "1e1"],
    ["12", "12, 12"],
    ["12", ""],
    ["12", "9999999999"],
  ] as const)
    expect({ to, head: plainHead([...LINES, ""].join("\r\n").replace(from, to)) }).toEqual({ to, head: null });
});
