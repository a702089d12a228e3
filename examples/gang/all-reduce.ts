import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface GangPlace {
  readonly mainHost: string;
  readonly numNodes: number;
  readonly nodeIndex: number;
}

export interface JoinOptions {
  /** On which the first member listens. */
  readonly port: number;
  /** Ends the wait for the others. */
  readonly signal: AbortSignal;
}

const FLOAT_BYTES = 8;
const HELLO_BYTES = 4;
const RETRY_MS = 100;

/**
 * Adds up vectors over the members of a gang. The first member receives those of the others, adds all of them in the order
 * of the members, and sends back the sum: the order, and so the last bit of the result, does not depend on who is faster.
 */
export class AllReduce {
  readonly #place: GangPlace;
  /** Of the first member: to each other one, in their order. Of any other: to the first. */
  readonly #peers: readonly Peer[];

  constructor(place: GangPlace, peers: readonly Peer[]) {
    this.#place = place;
    this.#peers = peers;
  }

  /** Resolves once all members are there. */
  static async join(place: GangPlace, { port, signal }: JoinOptions): Promise<AllReduce> {
    const { nodeIndex, numNodes, mainHost } = place;
    if (nodeIndex === 0) return new AllReduce(place, await receive(numNodes - 1, port, signal));
    const peer = await reach({ host: mainHost, port }, signal);
    const hello = Buffer.alloc(HELLO_BYTES);
    hello.writeUInt32LE(nodeIndex);
    peer.send(hello);
    return new AllReduce(place, [peer]);
  }

  /** @param vectors - this member's, all of one length; every member calls this equally often */
  async sum(vectors: readonly Float64Array[]): Promise<Float64Array> {
    const length = vectors[0]?.length ?? 0;
    const [main] = this.#peers;
    if (this.#place.nodeIndex > 0 && main !== undefined) {
      main.send(Buffer.concat([count(vectors.length), ...vectors.map(bytesOf)]));
      return floatsOf(await main.take(length * FLOAT_BYTES));
    }
    const total = new Float64Array(length);
    for (const vector of vectors) add(total, vector);
    for (const peer of this.#peers) {
      const theirs = (await peer.take(HELLO_BYTES)).readUInt32LE();
      for (let at = 0; at < theirs; at += 1) add(total, floatsOf(await peer.take(length * FLOAT_BYTES)));
    }
    for (const peer of this.#peers) peer.send(bytesOf(total));
    return total;
  }

  close(): void {
    for (const peer of this.#peers) peer.end();
  }
}

/** A connection from which so many bytes are taken as are wanted. */
class Peer {
  readonly #socket: net.Socket;
  readonly #pieces: AsyncIterator<Buffer>;
  #rest = Buffer.alloc(0);

  constructor(socket: net.Socket) {
    this.#socket = socket.setNoDelay();
    this.#pieces = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  async take(size: number): Promise<Buffer> {
    while (this.#rest.length < size) {
      const next = await this.#pieces.next();
      if (next.done === true) throw new Error("a member of the gang has gone");
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return taken;
  }

  end(): void {
    this.#socket.end();
  }
}

async function receive(others: number, port: number, signal: AbortSignal): Promise<Peer[]> {
  const peers: Peer[] = [];
  if (others === 0) return peers;
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    const stop = () => reject(new Error("stopped before all members of the gang were there"));
    signal.addEventListener("abort", stop, { once: true });
    server.on("error", reject).on("connection", (socket) => {
      const peer = new Peer(socket);
      peer.take(HELLO_BYTES).then((hello) => {
        peers[hello.readUInt32LE() - 1] = peer;
        if (Object.keys(peers).length === others) resolve();
      }, reject);
    });
    server.listen(port);
  }).finally(() => server.close());
  return peers;
}

/** The first member may begin to listen later. */
async function reach(at: { host: string; port: number }, signal: AbortSignal): Promise<Peer> {
  for (;;) {
    const socket = net.connect(at);
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    if (isThere) return new Peer(socket);
    await sleep(RETRY_MS, undefined, { signal });
  }
}

function add(total: Float64Array, vector: Float64Array): void {
  for (let at = 0; at < total.length; at += 1) total[at] = (total[at] ?? 0) + (vector[at] ?? 0);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(HELLO_BYTES);
  bytes.writeUInt32LE(value);
  return bytes;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A copy: the bytes may not begin where a float may. */
function floatsOf(bytes: Buffer): Float64Array {
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}
