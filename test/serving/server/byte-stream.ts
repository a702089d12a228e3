import fc from "fast-check";

/** What a client sends over one connection, and where it is cut into pieces. */
export interface ByteStream {
  /** Each letter is a byte. */
  readonly text: string;
  readonly cuts: readonly number[];
}

/** Lines that say nothing special, and lines that a request had better not have. */
const PLAIN_LINES = [
  "Content-Type: application/json",
  "x-request-id: visit-17",
  "X-Visitor-Id:\tvisitor ",
  "accept: */*",
  "User-Agent: client/1.0 (a; b)",
  "Connection: keep-alive",
  "CONNECTION:Keep-Alive \t",
  "x-empty:",
  "x-high: caf\xe9 \xff\x80",
  "x_!#$%&'*+.^`|~1: token",
];
const ODD_LINES = [
  "Connection: close",
  "connection: keep-alive, close",
  "Connection: upgrade",
  "Connection: x-other",
  "Connection: ",
  "connection: keep-alive,",
  "Proxy-Connection: close",
  "proxy-connection: keep-alive",
  "Keep-Alive: timeout=1, max=1",
  "Upgrade: h2c",
  "upgrade: websocket",
  "Expect: 100-continue",
  "Expect: 200-ok",
  "Transfer-Encoding: chunked",
  "transfer-encoding: gzip, chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: xchunked",
  "Content-Encoding: gzip",
  "Content-Encoding: identity",
  "Content-Length: 3",
  "content-length: 5",
  "Content-Length : 5",
  "Content-Length: 5, 5",
  "Content-Length: +5",
  "Content-Length: -1",
  "Content-Length: 0x5",
  "Content-Length: 5\t",
  "Content-Length: 5 5",
  "Content-Length:",
  "Content-Length: 00000000000000000005",
  "Content-Length: 99999999999999999999",
  "Content\x00-Length: 5",
  "TE: trailers",
  "Trailer: x",
  "Host: b",
  "host:",
  "Set-Cookie: a=b",
  "cookie: a=b",
  "Cookie: c=d",
  "__proto__: x",
  "constructor: x",
  "toString: x",
  "x-request-id: visit 17",
  "X-Request-ID: another",
  "x-a: b\r\n folded",
  "x-a: b\r\n\tTransfer-Encoding: chunked",
  "x-a: b\nTransfer-Encoding: chunked",
  "x-a: b\rTransfer-Encoding: chunked",
  "x-a: \x00",
  "x-a: \x7f",
  "x-a: \x0b",
  "x\xe9: high",
  "x(a): b",
  " x-space: before",
  ": nameless",
  "no colon",
  "",
];
const METHODS = ["GET", "HEAD", "PUT", "post", "POST ", "OPTIONS", "CONNECT", "DELETE", "PRI", "PO\x00ST", "\r\nPOST"];
const TARGETS = [
  ...["/", "/other", "/echo?a=1", "/echo#a", "//echo", "/echo/", "/ECHO", "/%65cho", "/echo ", "*", "echo", ""],
  ...["http://a/echo", "/echo\x00", "/\xe9", "/echo HTTP/1.1\r\nx:"],
];
const VERSIONS = [
  "HTTP/1.0",
  "HTTP/1.1 ",
  "HTTP/2.0",
  "HTTP/0.9",
  "http/1.1",
  "HTTP/1.10",
  "HTTP/1.2",
  " HTTP/1.1",
  "",
];
const BODIES = ["", "12345", "later", '{"id":"a"}', "GET /other HTTP/1.1\r\nhost: a\r\n\r\n", "\r\n", "\0".repeat(9)];

/** Is answered where the connection is still open and both sides agree on where a request begins. */
const LAST = "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nlast";

function mostly<T>(usual: T, others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 40, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const lines = fc.oneof(
  { weight: 40, arbitrary: fc.uniqueArray(fc.constantFrom(...PLAIN_LINES), { maxLength: 4 }) },
  { weight: 10, arbitrary: fc.array(fc.constantFrom(...PLAIN_LINES, ...ODD_LINES), { maxLength: 4 }) },
  // Heads of some 9 kB, which the server still takes, and of 18 kB.
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(9, 18)
      .map((count) => Array.from({ length: count }, (_, n) => `x-${n}: ${"y".repeat(992)}`)),
  },
);

const request = fc
  .record({
    method: mostly("POST", METHODS),
    target: mostly("/echo", TARGETS),
    version: mostly("HTTP/1.1", VERSIONS),
    host: mostly("Host: a:3000", ["", "host: a", "Host: a\r\nHost: a", "Host : a"]),
    lines,
    body: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...BODIES) },
      { weight: 1, arbitrary: fc.constantFrom(8_000, 70_000, 100_001).map((length) => "z".repeat(length)) },
    ),
    // Of a body: as it is, or not.
    length: mostly<number | "chunked" | "none">(0, [1, -1, 100, "chunked", "none"]),
    newline: mostly("\r\n", ["\n", "\r", "\r\n\r\n", "\n\r"]),
    lengthName: mostly("content-length", ["Content-Length", "CONTENT-LENGTH", "Content_Length"]),
  })
  .map(({ method, target, version, host, lines, body, length, newline, lengthName }) => {
    const isChunked = length === "chunked";
    const framing =
      typeof length === "number" ? `${lengthName}: ${body.length + length}` : "transfer-encoding: chunked";
    const head = [
      `${method} ${target} ${version}`,
      ...(host === "" ? [] : [host]),
      ...lines,
      ...(length === "none" ? [] : [framing]),
    ].join(newline);
    const sent = isChunked && body !== "" ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
    return head + newline + newline + (isChunked && body === "" ? "0\r\n\r\n" : sent);
  });

/** What becomes of bytes on their way: some are changed, left out or said twice, or the end is lacking. */
const harm = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("set", "insert", "delete", "end"),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.oneof(fc.constantFrom(0, 9, 10, 13, 32, 58), fc.integer({ min: 0, max: 255 })),
    }),
  },
);

/** Several requests one after the other: well-formed ones, and such as have been harmed. */
export const byteStream: fc.Arbitrary<ByteStream> = fc
  .record({
    requests: fc.array(request, { minLength: 1, maxLength: 4 }),
    harm,
    cuts: fc.oneof(fc.constant<number[]>([]), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })),
  })
  .map(({ requests, harm, cuts }) => {
    const text = requests.join("");
    const at = (share: number) => Math.floor(share * text.length);
    const sent = harm === null ? text : harmed(text, at(harm.at), harm);
    return { text: sent + LAST, cuts: [...cuts.map(at), sent.length] };
  });

function harmed(text: string, place: number, { kind, byte }: { readonly kind: string; readonly byte: number }): string {
  const [before, after, one] = [text.slice(0, place), text.slice(place), String.fromCodePoint(byte)];
  switch (kind) {
    case "set":
      return before + one + after.slice(1);
    case "insert":
      return before + one + after;
    case "delete":
      return before + after.slice(1);
    default:
      return before;
  }
}
