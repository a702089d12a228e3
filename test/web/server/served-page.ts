import http, { type IncomingHttpHeaders } from "node:http";
import { type StartedCommand, type StartOptions, startMillrace } from "../../rigs/started-command.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  json<Value>(): Value;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `millrace ui`, as somebody started it, on a port of its own. */
export interface ServedPage {
  readonly command: StartedCommand;
  /** As it was printed. */
  readonly address: string;
  /** Of its own pages: `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** The path goes out as it is, whatever it climbs. */
  ask(path: string, asking?: Asking): Promise<Reply>;
  get<Value>(path: string): Promise<Value>;
}

export async function startPage(args: readonly string[], options: StartOptions): Promise<ServedPage> {
  const command = startMillrace(["ui", "--port", "0", ...args], options);
  await command.said(/http:\/\/\S+/);
  const [address = ""] = /http:\/\/[^\s"]+/.exec(command.text()) ?? [];
  const { origin } = new URL(address);
  const ask = (path: string, asking?: Asking) => request(origin, path, asking);
  return {
    command,
    address,
    origin,
    ask,
    async get<Value>(path: string) {
      const reply = await ask(path);
      if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
      return reply.json<Value>();
    },
  };
}

/** Not `fetch`, which corrects paths and sets hosts itself. */
export function request(
  origin: string,
  path: string,
  { method = "GET", headers = {}, body }: Asking = {},
): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const asked = http.request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        const json = <Value>() => JSON.parse(text) as Value;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
