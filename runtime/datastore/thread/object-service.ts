import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { Want } from "../storage.ts";
import type { CallName, Calls } from "./calls.ts";
import { Answers } from "./answers.ts";
import { abandonUploads } from "../objects/abandon-uploads.ts";
import { Deposits } from "../objects/deposits.ts";
import { type Fetching, fetchFile } from "../objects/fetch-file.ts";
import { GrownObject } from "../objects/grown-object.ts";
import { endOfGrown } from "../objects/end-of-grown.ts";
import { nextOfGrown, wholeGrown } from "../objects/next-of-grown.ts";
import { allPages } from "../objects/all-pages.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { START_OF_TAIL } from "../objects/tail-place.ts";
import { uploadFile } from "../objects/upload-file.ts";
import { OrderedRanges } from "../objects/ordered-ranges.ts";
import { trimFolder } from "./trim-folder.ts";

/** Keys that one request removes. */
const KEYS_AT_ONCE = 1000;

type Answer<Name extends CallName> = Calls[Name]["answer"];
type Service = { readonly [Name in CallName]: (args: Calls[Name]["args"]) => Answer<Name> | Promise<Answer<Name>> };

/** Answers the calls of a storage by requests to its bucket. */
export function objectService(bucket: ObjectStore): (name: CallName, args: object) => Promise<unknown> {
  const streams = new Handles<OrderedRanges>();
  const appenders = new Handles<GrownObject>();
  const deposits = new Deposits(bucket);
  /** What `flush` waits for. */
  const underWay = new Set<Promise<unknown>>();
  /** Of objects that were closed and are not whole yet: a log is there before the journal says that its task is over. */
  const closing = new Set<Promise<void>>();
  const fetching = new Map<string, Promise<Fetching>>();
  const answers = new Answers(answerAhead);

  const tracked = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.then(
      () => void underWay.delete(settled),
      () => void underWay.delete(settled),
    );
    underWay.add(settled);
    return work;
  };

  /** An answer that was given before the change, or beside it, is no longer true. */
  function changing<T>(key: string, work: Promise<T>): Promise<T> {
    answers.changed(key);
    return work.finally(() => answers.changed(key));
  }

  function answerAhead(want: Want): Promise<unknown> {
    switch (want.op) {
      case "list":
        return list(want.key);
      case "open":
        return open(want.key);
      case "read":
        return read(want.key);
      case "end":
        return endOfGrown(bucket, want);
      case "tail":
        return nextOfGrown(bucket, { key: want.key, place: START_OF_TAIL });
    }
  }

  async function read(key: string): Promise<Uint8Array | null> {
    const whole = await bucket.get(key);
    return whole?.continues === true ? wholeGrown(bucket, key) : (whole?.bytes ?? null);
  }

  async function open(key: string): Promise<Calls["open"]["answer"]> {
    const opened = await OrderedRanges.open(bucket, key);
    if (opened === null) return null;
    const { first, rest } = opened;
    deposits.seen(key, rest.modifiedAt);
    if (rest.continues) {
      const bytes = await wholeGrown(bucket, key);
      return { size: bytes.byteLength, bytes, stream: 0 };
    }
    return { size: rest.size, bytes: first, stream: rest.size > first.byteLength ? streams.add(rest) : 0 };
  }

  async function list(prefix: string): Promise<string[]> {
    const base = prefix === "" ? "" : `${prefix}/`;
    const { objects, prefixes } = await allPages(bucket, base, { delimiter: "/" });
    const names = objects.map(({ key }) => key.slice(base.length)).filter((name) => name !== "");
    const known = new Set(names);
    const isPart = (name: string) => known.has(name.replace(/\.\d{6,}$/, "")) && /\.\d{6,}$/.test(name);
    return [...names.filter((name) => !isPart(name)), ...prefixes.map((one) => one.slice(base.length))].sort();
  }

  const service: Service = {
    read: ({ key }) => answers.take({ op: "read", key }) as Promise<Uint8Array | null>,
    open: ({ key }) => answers.take({ op: "open", key }) as ReturnType<typeof open>,
    list: ({ prefix }) => answers.take({ op: "list", key: prefix }) as Promise<string[]>,
    more: ({ stream }) => streams.get(stream).next(),
    close: ({ stream }) => streams.remove(stream),
    async range({ key, position, count }) {
      return (await bucket.range(key, { position, count }))?.bytes ?? null;
    },
    tail({ key, place }) {
      const isFirst = place.index === 0 && place.etag === null;
      if (!isFirst) return nextOfGrown(bucket, { key, place });
      return answers.take({ op: "tail", key }) as ReturnType<typeof nextOfGrown>;
    },
    end: ({ key, count }) => answers.take({ op: "end", key, count }) as ReturnType<typeof endOfGrown>,
    has: async ({ key }) => (await bucket.head(key)) !== null,
    async write({ key, bytes }) {
      await changing(key, bucket.put(key, bytes));
    },
    create: async ({ key, bytes }) => (await changing(key, bucket.put(key, bytes, { onlyIf: "absent" }))) !== null,
    async walk({ prefix, after }) {
      const { objects, after: next } = await bucket.page(prefix, { after });
      return { objects: [...objects], after: next };
    },
    async remove({ keys }) {
      deposits.forget(keys);
      for (const key of keys) answers.changed(key);
      for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) await bucket.remove(keys.slice(at, at + KEYS_AT_ONCE));
    },
    abandonUploads: ({ before }) => abandonUploads(bucket, before),
    deposit: ({ key, bytes }) => changing(key, tracked(deposits.small(key, bytes))) as Promise<undefined>,
    depositLarge: ({ key, size }) => deposits.large(key, size),
    depositPart: ({ upload, index, bytes }) => deposits.part(upload, index, bytes) as Promise<undefined>,
    depositEnd: ({ upload }) => tracked(deposits.end(upload)) as Promise<undefined>,
    depositFile: (args) => changing(args.key, tracked(uploadFile(deposits, args))),
    touch: ({ keys }) => deposits.touch(keys),
    openAppender: (args) => appenders.add(new GrownObject(bucket, args)),
    append({ appender, bytes }) {
      const grown = appenders.get(appender);
      return changing(grown.key, tracked(grown.append(bytes, [...closing]))) as Promise<undefined>;
    },
    flushAppender: ({ appender }) => appenders.get(appender).settle() as Promise<undefined>,
    async closeAppender({ appender }) {
      const closed = appenders.get(appender);
      appenders.remove(appender);
      const whole = tracked(closed.settle());
      closing.add(whole);
      await whole;
      closing.delete(whole);
      return undefined;
    },
    async flush() {
      for (const appender of appenders.all()) void appender.settle();
      await Promise.all(underWay);
      return deposits.takeRefreshed();
    },
    ahead: ({ wants }) => answers.announce(wants),
    fetch(args) {
      const known = fetching.get(args.file);
      if (known !== undefined) return known;
      const fetched = fetchFile(bucket, args).finally(() => fetching.delete(args.file));
      fetching.set(args.file, fetched);
      return fetched;
    },
    trim: ({ folder, limit }) => trimFolder(folder, limit) as Promise<undefined>,
  };
  return (name, args) => Promise.resolve(args).then(service[name] as (args: object) => unknown);
}

/** Things that the other side names by a number. */
class Handles<T> {
  readonly #open = new Map<number, T>();
  #count = 0;

  add(thing: T): number {
    this.#open.set(++this.#count, thing);
    return this.#count;
  }

  get(id: number): T {
    const thing = this.#open.get(id);
    if (thing === undefined) throw brokenInvariant(`nothing with the number ${id} is open`);
    return thing;
  }

  remove(id: number): undefined {
    this.#open.delete(id);
  }

  all(): Iterable<T> {
    return this.#open.values();
  }
}
