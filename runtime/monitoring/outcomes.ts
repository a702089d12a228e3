import { isDeepStrictEqual } from "node:util";
import type { Datastore } from "../datastore/datastore.ts";
import { outcomeKey, type OutcomeRecord, parseOutcome } from "../datastore/kinds/outcome.ts";
import { neitherMadeNorRead } from "../datastore/neither-made-nor-read.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { checkModelName } from "../catalog/models/model-pointer.ts";
import { modelError, shown } from "../catalog/models/model-error.ts";

const MAX_BYTES = 64 * 1024;
const MAX_ID_CHARS = 200;

interface ToldOutcome {
  readonly id: unknown;
  /** The model that answered; null where its id is enough. */
  readonly model: string | null;
  readonly truth: unknown;
  readonly username: string;
}

/** What turned out to be true of requests, by their ids. */
export class Outcomes {
  readonly #storage: Datastore["storage"];

  constructor({ storage }: Datastore) {
    this.#storage = storage;
  }

  /**
   * Notes a truth. The same once more changes nothing; another one is refused, as no report is to change behind its readers.
   * @throws MillraceError `MILLRACE_MODEL`
   */
  tell({ id, model, truth, username }: ToldOutcome): void {
    if (typeof id !== "string" || id === "" || id.length > MAX_ID_CHARS)
      throw modelError(
        `Cannot note an outcome because the id of its request is not 1 to ${MAX_ID_CHARS} characters: ${shown(id)}`,
        {
          hint: "it is the id that the answer to the request had",
        },
      );
    const asJson = jsonOf(id, truth);
    if (model !== null) checkModelName(model);
    const record: OutcomeRecord = { format: RECORD_FORMAT, id, model, truth: asJson, time: Date.now(), username };
    const key = outcomeKey(id, model);
    if (this.#storage.create(key, [Buffer.from(`${JSON.stringify(record)}\n`)])) return;
    const there = this.#read(id, model);
    // Nobody removes an outcome.
    if (there === null) throw neitherMadeNorRead(key);
    if (isDeepStrictEqual(there.truth, asJson)) return;
    throw modelError(
      `Cannot note the outcome of ${id} because another one is known: ${shown(there.truth)}, not ${shown(asJson)}`,
      {
        details: [`noted by ${there.username} at ${new Date(there.time).toISOString()}`],
        hint: "an outcome stays as it was told first: is it that of another request?",
      },
    );
  }

  /** Announces ids of requests to a model that will be looked for. */
  ahead(ids: readonly string[], model: string): void {
    const keys = ids.flatMap((id) => [outcomeKey(id, model), outcomeKey(id, null)]);
    this.#storage.ahead(keys.map((key) => ({ op: "read", key })));
  }

  /** That of this model, else one that names none; null where neither is known yet. */
  find(id: string, model: string): OutcomeRecord | null {
    return this.#read(id, model) ?? this.#read(id, null);
  }

  #read(id: string, model: string | null): OutcomeRecord | null {
    const key = outcomeKey(id, model);
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseOutcome(Buffer.from(bytes).toString(), key);
  }
}

function jsonOf(id: string, truth: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(truth);
  } catch (error) {
    throw notJson(id, messageOf(error));
  }
  if (text === undefined) throw notJson(id, `it is ${truth === undefined ? "undefined" : `a ${typeof truth}`}`);
  if (Buffer.byteLength(text) > MAX_BYTES) throw notJson(id, `it has more than ${MAX_BYTES} bytes`);
  return JSON.parse(text) as unknown;
}

function notJson(id: string, seen: string): Error {
  return modelError(`Cannot note the outcome of ${id} because it cannot be written as JSON: ${seen}`, {
    hint: "pass what the model should have answered: a number, a string, true or false, or an object of these",
  });
}
