import type { IncomingHttpHeaders } from "node:http";

/** What the head of a request says that asks for nothing special of HTTP. */
export interface PlainHead {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of its body. */
  readonly length: number;
}

/** Each line as the standard has it, and nothing that programs read in different ways. */
const HEAD = /^POST (\/[\w.~-]*) HTTP\/1\.1\r\n((?:[!#$%&'*+.^`|~\w-]+:[\x20-\x7e\x80-\xff]*\r\n)+)$/;
/** The first ones change what a body is or whether the connection stays open; `node:http` has no plain text for the last two. */
const SPECIAL = [
  ...["transfer-encoding", "content-encoding", "expect", "upgrade", "trailer", "te", "proxy-connection"],
  ...["set-cookie", "__proto__"],
];

/**
 * Reads the head of a `POST` with a body of known length, as almost all requests are.
 *
 * @param text - up to and with the end of its last line, each byte a letter
 * @returns null for any other: `node:http` shall judge it
 */
export function plainHead(text: string): PlainHead | null {
  const [, path, lines] = HEAD.exec(text) ?? [];
  if (path === undefined || lines === undefined) return null;
  const headers = Object.create(null) as Record<string, string>;
  for (const line of lines.slice(0, -2).split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    // What is said twice is joined, or refused, or ignored, by its name.
    if (name in headers) return null;
    headers[name] = line.slice(colon + 1).replace(/^ +| +$/g, "");
  }
  const { host, connection = "keep-alive", "content-length": length = "" } = headers;
  if (host === undefined || connection.toLowerCase() !== "keep-alive" || !/^\d{1,9}$/.test(length)) return null;
  if (SPECIAL.some((name) => name in headers)) return null;
  return { path, headers, length: Number(length) };
}
