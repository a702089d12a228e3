/**
 * The first thing that runs in a container, given to Node on its command line, so it is built as one small file
 * that holds all it needs: fetches Millrace itself and hands over to it. Built as `dist/bootstrap.js`.
 *
 * `MILLRACE_RUNTIME` is the hash of the runtime's archive in the datastore, or its path; `MILLRACE_DATASTORE` a folder or
 * `s3://bucket/prefix`. Credentials come as the AWS SDK finds them in a container: the environment, the task's role, the
 * instance's role.
 */
import { createHash, createHmac } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";
import { CONTAINER_EXIT } from "./container-exit.ts";

interface Credentials {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly Token?: string | undefined;
}

const env = process.env;
const TRIES = 6;
const GZIP = 0x1f;
const METADATA = "http://169.254.169.254/latest/";

function fail(message: string): never {
  process.stderr.write(`millrace: cannot get ready because ${message}\n`);
  process.exit(CONTAINER_EXIT.bootFailed);
}

async function text(url: string, init: RequestInit = {}): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000), ...init });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.text();
}

async function credentials(): Promise<Credentials> {
  if (env["AWS_ACCESS_KEY_ID"]) {
    return {
      AccessKeyId: env["AWS_ACCESS_KEY_ID"],
      SecretAccessKey: env["AWS_SECRET_ACCESS_KEY"],
      Token: env["AWS_SESSION_TOKEN"],
    };
  }
  const relative = env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  const full = relative ? `http://169.254.170.2${relative}` : env["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  if (full) {
    const file = env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
    const token = file ? fs.readFileSync(file, "utf8") : env["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    return JSON.parse(await text(full, token ? { headers: { authorization: token } } : {})) as Credentials;
  }
  const lifetime = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
  const token = await text(`${METADATA}api/token`, { method: "PUT", headers: lifetime });
  const headers = { "x-aws-ec2-metadata-token": token };
  const roles = `${METADATA}meta-data/iam/security-credentials/`;
  const role = await text(roles, { headers });
  return JSON.parse(await text(roles + role, { headers })) as Credentials;
}

/** One GET of S3, signed with Signature Version 4. */
async function fromBucket(location: string, key: string): Promise<Buffer> {
  const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const endpoint =
    env["AWS_ENDPOINT_URL_S3"] ??
    env["AWS_ENDPOINT_URL"] ??
    `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  const place = `${location.slice("s3://".length).replace(/\/+$/, "")}/${key}`;
  const encoded = place
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    );
  const url = new URL(`${endpoint.replace(/\/$/, "")}/${encoded.join("/")}`);
  const known = await credentials();
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const empty = createHash("sha256").update("").digest("hex");
  const headers: Record<string, string> = { host: url.host, "x-amz-content-sha256": empty, "x-amz-date": time };
  if (known.Token) headers["x-amz-security-token"] = known.Token;
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ["GET", url.pathname, "", lines.join(""), names, empty].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash("sha256").update(request).digest("hex");
  const sign = (secret: Buffer | string, data: string) => createHmac("sha256", secret).update(data).digest();
  const secret = [day, region, "s3", "aws4_request"].reduce(sign, Buffer.from(`AWS4${known.SecretAccessKey ?? ""}`));
  const signature = sign(secret, ["AWS4-HMAC-SHA256", time, scope, hash].join("\n")).toString("hex");
  headers["authorization"] =
    `AWS4-HMAC-SHA256 Credential=${known.AccessKeyId ?? ""}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) });
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.ok) return body;
  const said = `${url.href} answers ${answer.status}: ${body.toString().slice(0, 300)}`;
  throw Object.assign(new Error(said), { isFinal: answer.status < 500 && answer.status !== 429 });
}

async function runtime(): Promise<Buffer> {
  const [wanted = "", location = ""] = [env["MILLRACE_RUNTIME"], env["MILLRACE_DATASTORE"]];
  if (wanted.includes("/")) return fs.readFileSync(wanted);
  const key = `blobs/sha256/${wanted.slice(0, 2)}/${wanted.slice(2)}`;
  for (let tried = 1; ; tried += 1) {
    try {
      const bytes = location.startsWith("s3://")
        ? await fromBucket(location, key)
        : fs.readFileSync(path.join(location, key));
      if (createHash("sha256").update(bytes).digest("hex") === wanted) return bytes;
      throw new Error(`${key} in ${location} is damaged`);
    } catch (error) {
      if (tried === TRIES || (error as { isFinal?: boolean }).isFinal) throw error;
      await pause(2 ** tried * 100 * (0.5 + Math.random()));
    }
  }
}

async function boot(): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(
      `Node ${process.versions.node} is here, and Millrace needs 20.19 or later: choose another image, or another Node`,
    );
  const packed = await runtime();
  const bytes = packed[0] === GZIP ? zlib.gunzipSync(packed) : packed;
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-"));
  const home = path.join(work, "node_modules", "millrace");
  fs.mkdirSync(path.join(home, "dist"), { recursive: true });
  // A line that names each file and its size, then the files.
  let at = bytes.indexOf("\n") + 1;
  for (const [name, size] of JSON.parse(bytes.toString("utf8", 0, at)) as [string, number][]) {
    fs.writeFileSync(path.join(home, name), bytes.subarray(at, at + size));
    at += size;
  }
  const named = env["MILLRACE_DRIVE"] !== undefined ? "scheduler-job.js" : "container.js";
  // Of a deployed run no launcher has written what the job is to do.
  const isTold = env["MILLRACE_DEPLOYMENT"] !== undefined && env["MILLRACE_GROUP"] === undefined;
  await import(pathToFileURL(path.join(home, "dist", isTold ? "step-job.js" : named)).href);
}

boot().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
