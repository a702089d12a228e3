import os from "node:os";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { Events } from "../../datastore/events.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { type ModelMove, modelMoveKey } from "../../datastore/kinds/model-move.ts";
import { modelPendingKey, type PendingMove } from "../../datastore/kinds/model-pending.ts";
import { newRunId } from "../../datastore/new-run-id.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import { MAX_TRIES, neitherMadeNorRead } from "../../datastore/neither-made-nor-read.ts";
import { type AliasState, ModelStore } from "./model-store.ts";

/** A move that is wanted. */
export interface WantedMove extends Pick<ModelMove, "model" | "alias" | "action" | "to" | "username" | "reason"> {
  /** Where the alias has to stand; null for not set. */
  readonly from: number | null;
  /** Where all stood when it was looked at. */
  readonly seen?: AliasState;
}

/**
 * Moves an alias from where it was seen. Moves are numbered, and who creates a number has moved: of several at once one
 * wins, the others look again.
 * @throws MillraceError `MILLRACE_MODEL_MOVED` where the alias stands elsewhere, saying where, and who moved it
 */
export function moveAlias(store: Datastore, wanted: WantedMove): ModelMove {
  const models = new ModelStore(store);
  const { model, alias, to } = wanted;
  let tries = 0;
  for (let state = wanted.seen ?? models.aliases(model); ; state = models.aliases(model)) {
    const { sequence: last, aliases, time: before } = state;
    refuseElsewhere(models, { wanted, state });
    const { from } = wanted;
    // Clocks differ, and step back: moves are in the order of their numbers whatever a clock says.
    const time = Math.max(Date.now(), before + 1);
    const others = Object.fromEntries(Object.entries(aliases).filter(([name]) => name !== alias));
    const move: ModelMove = {
      format: RECORD_FORMAT,
      ...{ model, sequence: last + 1, id: newRunId(time), action: wanted.action, alias, from, to, time },
      ...{ username: wanted.username, host: os.hostname(), reason: wanted.reason },
      aliases: to === null ? others : { ...aliases, [alias]: to },
    };
    if (created(models, move)) return move;
    tries += 1;
    if (tries > MAX_TRIES && models.aliases(model).sequence === last)
      throw neitherMadeNorRead(modelMoveKey(model, last + 1));
  }
}

/** Where an alias stands; null where it is not set. */
export function standsAt(aliases: Readonly<Record<string, number>>, alias: string): number | null {
  return Object.hasOwn(aliases, alias) ? (aliases[alias] ?? null) : null;
}

/** @throws MillraceError `MILLRACE_MODEL_MOVED` where the alias stands elsewhere than wanted, saying where, and who moved it */
export function refuseElsewhere(
  models: ModelStore,
  {
    wanted,
    state,
  }: { readonly wanted: Pick<WantedMove, "model" | "alias" | "from" | "to">; readonly state: AliasState },
): void {
  const from = standsAt(state.aliases, wanted.alias);
  if (from !== wanted.from) throw movedMeanwhile(models, { wanted, from, last: state.sequence });
}

/** What is to be told is noted first: whoever looks next tells of a move whose process died. */
function created(models: ModelStore, move: ModelMove): boolean {
  const { storage } = models.store;
  const { model, sequence, id, time } = move;
  const note: PendingMove = { format: RECORD_FORMAT, what: "move", model, sequence, id, time };
  const noteKey = modelPendingKey(model, id);
  storage.write(noteKey, [encoded(note)]);
  const isMine = storage.create(modelMoveKey(model, sequence), [encoded(move)]) || isThere(models, move);
  if (isMine) tellOfMove(models.store, move);
  storage.remove([noteKey]);
  return isMine;
}

/** The answer to writing it may have been lost. */
function isThere(models: ModelStore, { model, sequence, id }: ModelMove): boolean {
  return models.move(model, sequence)?.id === id;
}

/** Publishes the event of a move, once, however often this is called. */
export function tellOfMove(store: Datastore, move: ModelMove): void {
  const { id, model, action, alias, from, to, time: publishedAt, username, host, reason } = move;
  if (to === null) return;
  const data = { model, alias, from, to, action, reason };
  new Events(store.storage).publishAs({ id, name: `model-promoted:${model}`, data, publishedAt, username, host });
}

function movedMeanwhile(
  models: ModelStore,
  {
    wanted,
    from,
    last,
  }: {
    readonly wanted: Pick<WantedMove, "model" | "alias" | "from" | "to">;
    readonly from: number | null;
    readonly last: number;
  },
): MillraceError {
  const { model, alias } = wanted;
  const by = models.lastMoveOf(model, { alias, upTo: last });
  const who = by === null ? "" : `: ${by.username} moved it there from ${numberText(by.from)}`;
  const why = by === null || by.reason === null ? "" : `, because: ${by.reason}`;
  return new MillraceError({
    code: "MILLRACE_MODEL_MOVED",
    headline: `Cannot move ${model}@${alias} from ${numberText(wanted.from)} to ${numberText(wanted.to)} because it is ${numberText(from)}${who}${why}`,
    ...(by === null ? {} : { details: [`moved: ${new Date(by.time).toISOString()} on ${by.host}`] }),
    hint: `look at it with models history ${model}, then do it again if it is still right`,
  });
}

function numberText(number: number | null): string {
  return number === null ? "not set" : String(number);
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
