import { randomBytes } from "node:crypto";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { type FeatureSnapshot, snapshotParts } from "../../../datastore/kinds/feature-snapshot.ts";
import type { FeatureVersion } from "../../../datastore/kinds/feature-version.ts";
import { FeatureStore } from "../online/feature-store.ts";
import { LayeredSnapshot, missingSnapshot } from "../online/layered-snapshot.ts";
import type { SnapshotRow } from "../online/snapshot.ts";
import { type RedisCommand, RedisConnection } from "./redis-connection.ts";
import {
  ABOUT,
  fieldOf,
  hashKey,
  parsePointer,
  parseRows,
  pointerKey,
  type RedisPointer,
  type RedisRows,
  rowBytes,
  STAMP,
} from "./redis-rows.ts";
import type { RedisPlace } from "./redis-place.ts";

/** A change of more bytes is not made in one step, which would hold all others up: a new hash is written beside the old one. */
const MOST_AT_ONCE_BYTES = 4 * 2 ** 20;
/** Fields of one command. */
const FIELDS_AT_ONCE = 1000;
/** What a process that was killed had written goes by itself after this time. */
const ABANDONED_SECONDS = 3600;
const TRIES = 20;

export interface Publishing {
  readonly snapshot: FeatureSnapshot;
  /** Also where Redis answers for a later instant. */
  readonly back: boolean;
  /** Called now and then. */
  pace(): void;
}

/** Brings the values of a snapshot to Redis: from one moment on they answer there, and those before are removed. */
export async function publishToRedis(store: Datastore, place: RedisPlace, publishing: Publishing): Promise<void> {
  const connection = new RedisConnection(place);
  try {
    await new Publisher(store, connection, publishing).run();
  } finally {
    connection.close();
  }
}

interface Known {
  readonly pointer: RedisPointer;
  readonly rows: RedisRows;
}

class Publisher {
  readonly #store: Datastore;
  readonly #connection: RedisConnection;
  readonly #publishing: Publishing;
  readonly #view: string;

  constructor(store: Datastore, connection: RedisConnection, publishing: Publishing) {
    this.#store = store;
    this.#connection = connection;
    this.#publishing = publishing;
    this.#view = publishing.snapshot.view;
  }

  async run(): Promise<void> {
    const { snapshot } = this.#publishing;
    const version = new FeatureStore(this.#store).versionIn(snapshot);
    const opened = await LayeredSnapshot.open(this.#store.storage, snapshot);
    if (opened === null) throw missingSnapshot(this.#store.storage, snapshot);
    try {
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const known = await this.#watched();
        if (known !== null && this.#isDone(known)) return;
        if (await this.#replaced(known, { opened, version })) return;
      }
    } finally {
      opened.close();
    }
    throw this.#problem(`others replaced them ${TRIES} times meanwhile`);
  }

  /** What answers now; from here on a change by others is noticed. Null for nothing, or what cannot be read. */
  async #watched(): Promise<Known | null> {
    const at = { view: this.#view, title: this.#connection.place.title };
    const [, value] = await this.#connection.send([
      ["WATCH", pointerKey(this.#view)],
      ["GET", pointerKey(this.#view)],
    ]);
    try {
      const pointer = parsePointer(value, at);
      if (pointer === null) return null;
      const [[stamp, about]] = (await this.#connection.send([
        ["HMGET", hashKey(this.#view, pointer.hash), STAMP, ABOUT],
      ])) as [[unknown, unknown]];
      return String(stamp) === pointer.stamp ? { pointer, rows: parseRows(about, at) } : null;
    } catch (error) {
      if (error instanceof MillraceError && error.code !== "MILLRACE_STORAGE") return null;
      throw error;
    }
  }

  #isDone({ rows }: Known): boolean {
    const { snapshot, back } = this.#publishing;
    const has = rows.snapshot;
    if (!back && has.until > snapshot.until && has.definition === snapshot.definition) return true;
    return JSON.stringify(has) === JSON.stringify(snapshot);
  }

  async #replaced(known: Known | null, from: { readonly opened: LayeredSnapshot; readonly version: FeatureVersion }) {
    const { opened, version } = from;
    const columns = opened.base.head.columns;
    const rows: RedisRows = {
      ...{ snapshot: this.#publishing.snapshot, version, names: columns.map(({ name }) => name) },
      empty: Object.fromEntries(columns.map(({ name, empty }) => [name, empty])),
    };
    const stamp = randomBytes(12).toString("hex");
    const deltas = known === null ? null : this.#deltasSince(known.rows, opened);
    const hash = known !== null && deltas !== null ? known.pointer.hash : await this.#written(opened);
    const key = hashKey(this.#view, hash);
    const changes = deltas === null ? [["PERSIST", key] as const] : await this.#changes(key, deltas, opened);
    const former = known === null || known.pointer.hash === hash ? [] : [hashKey(this.#view, known.pointer.hash)];
    const answers = await this.#connection.atOnce([
      ...changes,
      ["HSET", key, STAMP, stamp, ABOUT, JSON.stringify(rows)],
      ["SET", pointerKey(this.#view), `${hash} ${stamp}`],
      ...(former.length === 0 ? [] : [["UNLINK", ...former]]),
    ]);
    if (answers !== null) return true;
    if (deltas === null) await this.#connection.send([["UNLINK", key]]);
    return false;
  }

  /** What Redis lacks where it has the same base; null where it is better written whole. */
  #deltasSince({ snapshot: has }: RedisRows, { parts }: LayeredSnapshot): LayeredSnapshot["parts"] | null {
    const [old, now] = [snapshotParts(has), snapshotParts(this.#publishing.snapshot)];
    const isSame = has.definition === this.#publishing.snapshot.definition;
    if (!isSame || old.some(({ blob }, at) => blob !== now[at]?.blob)) return null;
    const fresh = now.slice(old.length);
    const bytes = fresh.reduce((sum, { size }) => sum + size, 0);
    return bytes > MOST_AT_ONCE_BYTES ? null : parts.slice(old.length);
  }

  async #changes(key: string, deltas: LayeredSnapshot["parts"], opened: LayeredSnapshot): Promise<RedisCommand[]> {
    const changed = new Map<string, SnapshotRow>();
    for (const delta of deltas)
      for await (const rows of delta.blocks()) for (const [one, row] of rows) changed.set(one, row);
    return [...this.#commands(key, changed, opened)];
  }

  /** A hash of its own, with all rows; nobody reads it yet. */
  async #written(opened: LayeredSnapshot): Promise<string> {
    const hash = randomBytes(12).toString("hex");
    const key = hashKey(this.#view, hash);
    const expire: RedisCommand = ["EXPIRE", key, String(ABANDONED_SECONDS)];
    await this.#connection.send([["HSET", key, STAMP, "writing"], expire]);
    let count = 1;
    for await (const rows of opened.rows()) {
      const commands = [...this.#commands(key, new Map(rows), opened)].filter(([name]) => name === "HSET");
      if (commands.length > 0) await this.#connection.send([...commands, expire]);
      count += commands.reduce((sum, command) => sum + (command.length - 2) / 2, 0);
      this.#publishing.pace();
    }
    const [has] = await this.#connection.send([["HLEN", key]]);
    if (Number(has) === count) return hash;
    throw this.#problem("it dropped some of them meanwhile: its memory may be full");
  }

  /** A key that tells nothing any more has no row. */
  *#commands(key: string, rows: ReadonlyMap<string, SnapshotRow>, opened: LayeredSnapshot): Generator<RedisCommand> {
    const { columns } = opened.base.head;
    const [set, gone]: [Buffer[], Buffer[]] = [[], []];
    for (const [one, row] of rows) {
      const values = columns.map(({ name }) => opened.value(name, row));
      if (values.every((value, at) => Object.is(value, columns[at]!.empty))) gone.push(fieldOf(one));
      else set.push(fieldOf(one), rowBytes(values));
    }
    for (let at = 0; at < set.length; at += 2 * FIELDS_AT_ONCE)
      yield ["HSET", key, ...set.slice(at, at + 2 * FIELDS_AT_ONCE)];
    for (let at = 0; at < gone.length; at += FIELDS_AT_ONCE)
      yield ["HDEL", key, ...gone.slice(at, at + FIELDS_AT_ONCE)];
  }

  #problem(seen: string): MillraceError {
    return new MillraceError({
      code: "MILLRACE_STORAGE",
      headline: `Cannot bring the features ${this.#view} to ${this.#connection.place.title} because ${seen}`,
      hint: "run features materialize again",
    });
  }
}
