import { totalBytes } from "../total-bytes.ts";
import { refuseGrowing } from "../refuse-growing.ts";
import { checkKey } from "../check-key.ts";
import type { Appender, Piece, Storage } from "../storage.ts";
import type { Fetching } from "../objects/fetch-file.ts";
import { START_OF_TAIL } from "../objects/tail-place.ts";
import { hashedCopy } from "../files/hashed-copy.ts";
import { cannotTake, withSource } from "../files/with-source.ts";
import { fileThere } from "../local/place-file.ts";
import { makeReadOnly } from "../local/make-read-only.ts";
import { type CallChannel, NOTHING_ASIDE } from "./call-channel.ts";
import type { Calls } from "./calls.ts";
import { ChunkCutter } from "./chunk-cutter.ts";
import { RangeReader } from "./range-reader.ts";

/** Up to this size an object is one request. */
const SMALL_BYTES = 8 * 2 ** 20;
/** Small objects on their way at once, in bytes; beyond that `deposit` waits. */
const MAX_UNDER_WAY_BYTES = 32 * 2 ** 20;

/** A storage that can bring an object onto this machine's disk. */
export interface RemoteStorage extends Storage {
  /** Stores an object as a file, if there is one, with that hash, and not larger. */
  fetch(key: string, as: FetchedFile): Fetching;
  /** The same, in the background. */
  fetchSoon(key: string, as: FetchedFile): Promise<Fetching>;
  /** Begins to do so. */
  fetchAhead(key: string, as: FetchedFile): void;
  /** Removes a cache's files used longest ago, in the background. */
  trim(folder: string, limit: number): void;
}

export interface FetchedFile {
  readonly file: string;
  readonly hash: string;
  readonly maxBytes: number;
}

/** The objects that a thread of its own speaks to, as storage. */
export function threadStorage(location: string, channel: CallChannel): RemoteStorage {
  let underWay = 0;
  /** Deposits that were not answered yet, and the first failure among those that were. */
  let deposits = 0;
  let failure: unknown = null;

  const settled = (bytes: number) => {
    deposits += 1;
    return (error: unknown) => {
      deposits -= 1;
      underWay -= bytes;
      failure ??= error;
    };
  };

  function depositSmall(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    const size = bytes.byteLength;
    underWay += size;
    channel.send("deposit", { key, bytes }, { transfer: [bytes.buffer], then: settled(size) });
    channel.waitUntil(() => underWay <= MAX_UNDER_WAY_BYTES);
  }

  function depositLarge(key: string, chunks: readonly Uint8Array[]): void {
    const wanted = channel.wait("depositLarge", { key, size: totalBytes(chunks) });
    if (wanted === null) return;
    const { upload, partBytes } = wanted;
    let index = 0;
    for (const bytes of new ChunkCutter(chunks).pieces(partBytes))
      channel.wait("depositPart", { upload, index: index++, bytes }, [bytes.buffer]);
    channel.send("depositEnd", { upload }, { then: settled(0) });
  }

  function flush(): readonly string[] {
    const refreshed = channel.wait("flush", {});
    channel.waitUntil(() => deposits === 0);
    const problem = failure;
    failure = null;
    if (problem !== null) throw problem;
    return refreshed;
  }

  function append(key: string, delayMs: number): Appender {
    const appender = channel.wait("openAppender", { key, delayMs });
    let broken: unknown = null;
    let unanswered = 0;
    return {
      append(given) {
        const bytes = new Uint8Array(typeof given === "string" ? Buffer.from(given) : given);
        const answered = (error: unknown) => {
          unanswered -= 1;
          broken ??= error;
        };
        unanswered += 1;
        const stored = channel.ask("append", { appender, bytes }, { transfer: [bytes.buffer], answered });
        // Who does not wait for it learns of a failure by `flush`.
        stored.catch(() => undefined);
        return stored;
      },
      flush() {
        channel.wait("flushAppender", { appender });
        // An answer of its own, which may come after the one to the flush.
        channel.waitUntil(() => unanswered === 0);
        if (broken !== null) throw broken;
      },
      close: () => channel.send("closeAppender", { appender }, { then: () => undefined }),
    };
  }

  return {
    location,
    folder: null,
    isRemote: true,
    // Below the size at which a growing object is continued in another.
    segmentBytes: 96 * 1024,
    read(key) {
      refuseGrowing(key);
      return channel.wait("read", { key });
    },
    readSoon(key) {
      refuseGrowing(key);
      return channel.ask("read", { key }, NOTHING_ASIDE);
    },
    open(key) {
      const opened = channel.wait("open", { key });
      return opened === null ? null : new RangeReader(channel, { key, opened });
    },
    async openSoon(key) {
      const opened = await channel.ask("open", { key }, NOTHING_ASIDE);
      return opened === null ? null : new RangeReader(channel, { key, opened });
    },
    tail(key) {
      let place = START_OF_TAIL;
      const taken = ({ bytes, isLast, next }: Calls["tail"]["answer"]): Piece => {
        place = next;
        return { bytes: asBuffer(bytes), isLast };
      };
      return {
        next: () => taken(channel.wait("tail", { key, place })),
        nextSoon: async () => taken(await channel.ask("tail", { key, place }, NOTHING_ASIDE)),
      };
    },
    end(key, count) {
      checkKey(key);
      const end = channel.wait("end", { key, count });
      return end === null ? null : { bytes: asBuffer(end.bytes), isWhole: end.isWhole };
    },
    has: (key) => channel.wait("has", { key }),
    write: (key, chunks) => channel.wait("write", { key, bytes: joined(chunks) }),
    writeSoon(key, chunks) {
      const bytes = joined(chunks);
      return channel.ask("write", { key, bytes }, { transfer: [bytes.buffer], answered: () => undefined });
    },
    create: (key, chunks) => channel.wait("create", { key, bytes: joined(chunks) }),
    deposit(key, chunks) {
      if (totalBytes(chunks) <= SMALL_BYTES) depositSmall(key, joined(chunks));
      else depositLarge(key, chunks);
    },
    async takeFile(file, keyOf) {
      const taken = await withSource(file, (source) => hashedCopy(source, null));
      const key = keyOf(taken.hash);
      const isStored = await channel.ask("depositFile", { key, file, ...taken }, NOTHING_ASIDE);
      if (!isStored) throw cannotTake(file, { because: "it changed while it was read" });
      return taken;
    },
    async placeFile(key, { file, hash }) {
      const there = await fileThere({ file, hash });
      if (there !== null) return there;
      const placing = await channel.ask("fetch", { key, file, hash, maxBytes: Infinity }, NOTHING_ASIDE);
      if (placing === "no room") return placing;
      if (placing === "unfit") return channel.wait("has", { key }) ? "damaged" : "missing";
      makeReadOnly(file);
      return "placed";
    },
    touch: (keys) => (keys.length === 0 ? [] : channel.wait("touch", { keys })),
    flush,
    close() {
      try {
        flush();
      } finally {
        channel.close();
      }
    },
    list: (prefix) => channel.wait("list", { prefix }),
    *walk(prefix) {
      for (let after: string | null = null; ;) {
        const page: { after: string | null; objects: readonly { key: string; size: number; modifiedAt: number }[] } =
          channel.wait("walk", { prefix: prefix === "" ? "" : `${prefix}/`, after });
        yield* page.objects;
        if ((after = page.after) === null) return;
      }
    },
    remove(keys) {
      if (keys.length > 0) channel.wait("remove", { keys });
    },
    abandonUploads: (before) => channel.wait("abandonUploads", { before }),
    append: (key, { delayMs = 0 } = {}) => append(key, delayMs),
    ahead(wants) {
      if (wants.length > 0) channel.send("ahead", { wants }, { then: () => undefined });
    },
    fetch: (key, as) => channel.wait("fetch", { key, ...as }),
    fetchSoon: (key, as) => channel.ask("fetch", { key, ...as }, NOTHING_ASIDE),
    fetchAhead: (key, as) => channel.send("fetch", { key, ...as }, { then: () => undefined }),
    trim: (folder, limit) => channel.send("trim", { folder, limit }, { then: () => undefined }),
  };
}

/** In a buffer of its own, which can change hands. */
function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(totalBytes(chunks));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
