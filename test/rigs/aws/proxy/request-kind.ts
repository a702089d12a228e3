import type { IncomingMessage } from "node:http";
import type { Operation, SeenRequest } from "./fault.ts";

type Target = Pick<SeenRequest, "op" | "method" | "bucket" | "key" | "query">;

/** Reads what a path-style request asks for. */
export function targetOf({ method = "GET", url = "/", headers }: IncomingMessage): Target {
  const { pathname, searchParams } = new URL(url, "http://proxy");
  const [bucket = "", ...key] = pathname.slice(1).split("/").map(decodeURIComponent);
  const query = Object.fromEntries(searchParams);
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  if (bucket === "v1" && method === "POST") return { op: "batch", method, bucket, key: key.join("/"), query };
  return { op: operationOf({ method, query, isCopy, key: key.join("/") }), method, bucket, key: key.join("/"), query };
}

function operationOf(request: {
  method: string;
  query: SeenRequest["query"];
  isCopy: boolean;
  key: string;
}): Operation {
  const { method, query, isCopy, key } = request;
  const has = (name: string) => query[name] !== undefined;
  if (key === "") return method === "POST" && has("delete") ? "delete-many" : method === "GET" ? "list" : "other";
  switch (method) {
    case "GET":
      return "get";
    case "HEAD":
      return "head";
    case "PUT":
      return has("partNumber") ? "put-part" : isCopy ? "copy" : "put";
    case "POST":
      return has("uploads") ? "create-upload" : has("uploadId") ? "complete-upload" : "other";
    case "DELETE":
      return has("uploadId") ? "abort-upload" : "delete";
    default:
      return "other";
  }
}
