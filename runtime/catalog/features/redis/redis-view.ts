import { featureError } from "../feature-error.ts";
import { KeyIndex, type KeyedRows, NO_KEY } from "../key-index.ts";
import { DefinitionJudge } from "../online/definition-judge.ts";
import type { OnlineAnswer, OnlineAnswers } from "../online/online-view.ts";
import type { ViewSpec } from "../view-spec.ts";
import { aggregatesFor, withComputed } from "../with-computed.ts";
import type { RedisCommand, RedisConnection } from "./redis-connection.ts";
import {
  ABOUT,
  fieldOf,
  hashKey,
  lostRows,
  parsePointer,
  parseRows,
  pointerKey,
  type RedisPointer,
  RedisRowReader,
  type RedisRows,
  STAMP,
} from "./redis-rows.ts";

/** Keys of one request. */
const KEYS_AT_ONCE = 1000;
/** Snapshots can take each other's place while one is read. */
const TRIES = 20;

interface Opened {
  readonly pointer: RedisPointer;
  readonly rows: RedisRows;
  readonly reader: RedisRowReader;
  readonly judge: DefinitionJudge;
}

/** Answers for the features of one view out of a Redis, to which `materialize` brought its snapshot. */
export class RedisView implements OnlineAnswers {
  readonly #connection: RedisConnection;
  readonly #name: string;
  #opened: Opened | null = null;

  constructor(connection: RedisConnection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  async answer(view: ViewSpec, names: readonly string[], rows: KeyedRows): Promise<OnlineAnswer> {
    const aggregates = aggregatesFor(view, names);
    const index = new KeyIndex(view.entity);
    const ids = index.take(rows);
    const fields = index.texts().map(fieldOf);
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const opened = (this.#opened ??= await this.#open());
      opened.judge.refuseOther(view, aggregates);
      const found = await this.#find(opened, fields);
      if (found === null) {
        if (this.#opened === opened) this.#opened = null;
        continue;
      }
      const columns = new Map<string, readonly unknown[]>();
      for (const name of aggregates.keys())
        columns.set(
          name,
          Array.from(ids, (id) => opened.reader.value(name, id === NO_KEY ? null : found[id]!)),
        );
      const { version, until } = opened.rows.snapshot;
      const values = withComputed(view, names, { found: columns, length: ids.length });
      return { values, answered: { version, until } };
    }
    throw featureError(
      `the values of ${this.#name} in ${this.#title} were replaced ${TRIES} times while they were read`,
      {
        hint: "ask for fewer keys at once",
      },
    );
  }

  close(): void {
    this.#connection.close();
  }

  get #title(): string {
    return this.#connection.place.title;
  }

  async #open(): Promise<Opened> {
    const at = { view: this.#name, title: this.#title };
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const [first] = await this.#connection.sendAgain([["GET", pointerKey(this.#name)]]);
      const pointer = parsePointer(first, at);
      if (pointer === null)
        throw featureError(`${this.#name} was not materialized in ${this.#title}`, {
          hint: "millrace features materialize FILE does that, with the same MILLRACE_ONLINE_STORE",
        });
      const [again, stamp, about] = await this.#read([
        ["GET", pointerKey(this.#name)],
        ["HGET", hashKey(this.#name, pointer.hash), STAMP],
        ["HGET", hashKey(this.#name, pointer.hash), ABOUT],
      ]);
      if (String(again) !== String(first)) continue;
      if (String(stamp) !== pointer.stamp) throw lostRows(this.#name, this.#title);
      const rows = parseRows(about, at);
      return { pointer, rows, reader: new RedisRowReader(rows), judge: new DefinitionJudge(rows.version) };
    }
    throw lostRows(this.#name, this.#title);
  }

  /** Null where others have taken their place. */
  async #find({ pointer, reader }: Opened, fields: readonly Buffer[]): Promise<readonly (Buffer | null)[] | null> {
    const found: (Buffer | null)[] = [];
    // Without keys it is still seen whether the snapshot answers.
    for (let from = 0; from === 0 || from < fields.length; from += KEYS_AT_ONCE) {
      const some = fields.slice(from, from + KEYS_AT_ONCE);
      const [now, values] = await this.#read([
        ["GET", pointerKey(this.#name)],
        ["HMGET", hashKey(this.#name, pointer.hash), STAMP, ...some],
      ]);
      if (String(now) !== `${pointer.hash} ${pointer.stamp}`) return null;
      const [stamp, ...rows] = values as (Buffer | null)[];
      if (String(stamp) !== pointer.stamp || rows.some((row) => row !== null && !reader.fits(row)))
        throw lostRows(this.#name, this.#title);
      for (const row of rows) found.push(row);
    }
    return found;
  }

  /** Several at one instant. */
  async #read(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    return (await this.#connection.atOnce(commands, { isAgain: true })) ?? [];
  }
}
