import net from "node:net";

/** What clients that ask one request after the other found. */
export interface LoadFigures {
  readonly wallMs: number;
  readonly perSecond: number;
  /** Of each request, from its first byte out to its last byte in. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface RequestLoad {
  readonly address: string;
  readonly path: string;
  readonly body: string;
  /** The body of every answer. */
  readonly answer: string;
  /** Each is kept open and asks its next request when it has an answer. */
  readonly connections: number;
  readonly requests: number;
}

/**
 * Asks a server over connections that stay open. It speaks HTTP over bare sockets: whatever the generator computes is taken
 * from the server, as both are on the same cores.
 *
 * @throws where an answer is not 200, or has another body than `answer`
 */
export async function requestLoad(load: RequestLoad): Promise<LoadFigures> {
  const latencies: number[] = [];
  const left = { count: load.requests };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: load.connections }, () => oneClient(load, { left, latencies })));
  const wallMs = performance.now() - startedAt;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? NaN;
  return { wallMs, perSecond: (load.requests / wallMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) };
}

interface Progress {
  readonly left: { count: number };
  readonly latencies: number[];
}

function oneClient({ address, path, body, answer }: RequestLoad, { left, latencies }: Progress): Promise<void> {
  const { hostname, port } = new URL(address);
  const head = [`POST ${path} HTTP/1.1`, `host: ${hostname}:${port}`, "content-type: application/json"];
  const request = Buffer.from([...head, `content-length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"));
  const socket = net.connect(Number(port), hostname).setNoDelay(true).setEncoding("latin1");
  return new Promise((resolve, reject) => {
    let askedAt = 0;
    let text = "";
    const ask = () => {
      if (left.count === 0) return resolve(void socket.destroy());
      left.count -= 1;
      askedAt = performance.now();
      socket.write(request);
    };
    socket.on("connect", ask);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (piece: string) => {
      text += piece;
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const size = Number(/\ncontent-length: (\d+)/i.exec(text)?.[1]);
      if (text.length < end + 4 + size) return;
      if (!text.startsWith("HTTP/1.1 200 ") || text.slice(end + 4) !== answer)
        return reject(new Error(`the server answered ${text.slice(0, 500)}`));
      text = "";
      latencies.push(performance.now() - askedAt);
      ask();
    });
  });
}
