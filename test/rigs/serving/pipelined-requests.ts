import net from "node:net";

/** One request, and what its answer is to be. */
export interface PipelinedRequest {
  readonly id: string;
  readonly body: string;
}

export interface PipelineOptions {
  readonly address: string;
  readonly path: string;
  /** Requests that are on their way at once. */
  readonly depth: number;
  /** The next one; null where there is none. */
  next(): PipelinedRequest | null;
  /** Called for each answer, in the order of the requests. */
  onAnswer(
    request: PipelinedRequest,
    answer: { readonly status: number; readonly id: string; readonly body: string },
  ): void;
}

/**
 * Asks over one connection, several requests at once: HTTP has their answers in the same order. Over a bare socket, as
 * Node's client costs more than the server that it asks.
 */
export function pipelinedRequests({ address, path, depth, next, onAnswer }: PipelineOptions): Promise<void> {
  const { hostname, port } = new URL(address);
  const socket = net.connect(Number(port), hostname).setNoDelay(true).setEncoding("latin1");
  const asked: PipelinedRequest[] = [];
  let from = 0;
  let text = "";
  return new Promise((resolve, reject) => {
    const ask = () => {
      let out = "";
      while (asked.length - from < depth) {
        const request = next();
        if (request === null) break;
        asked.push(request);
        const { id, body } = request;
        out += `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\nx-request-id: ${id}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      }
      if (out !== "") socket.write(out, "latin1");
      else if (from === asked.length) resolve(void socket.destroy());
    };
    const answers = () => {
      let at = 0;
      for (;;) {
        const end = text.indexOf("\r\n\r\n", at);
        if (end < 0) break;
        const head = text.slice(at, end);
        const until = end + 4 + Number(/\ncontent-length: (\d+)/i.exec(head)?.[1]);
        if (!(text.length >= until)) break;
        const request = asked[from++];
        if (request === undefined) throw new Error(`an answer that nobody asked for: ${head}`);
        const id = /\nx-request-id: ([^\r]*)/i.exec(head)?.[1] ?? "";
        onAnswer(request, { status: Number(head.slice(9, 12)), id, body: text.slice(end + 4, until) });
        at = until;
      }
      text = text.slice(at);
      if (from < 1000) return;
      asked.splice(0, from);
      from = 0;
    };
    socket.on("connect", ask);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (piece: string) => {
      text += piece;
      try {
        answers();
        ask();
      } catch (error) {
        reject(error as Error);
        socket.destroy();
      }
    });
  });
}
