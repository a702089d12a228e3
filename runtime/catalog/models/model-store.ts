import { isModelName } from "../../../sdk/base/is-model-name.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { type ModelMove, modelMoveKey, parseModelMove } from "../../datastore/kinds/model-move.ts";
import { type ModelRemoval, modelRemovalKey, parseModelRemoval } from "../../datastore/kinds/model-removal.ts";
import {
  modelFolder,
  modelVersionKey,
  type ModelVersion,
  parseModelVersion,
} from "../../datastore/kinds/model-version.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import { numbersIn } from "../../datastore/numbers-in.ts";
import { announced } from "../../datastore/maintenance/announced.ts";
import type { Storage, Want } from "../../datastore/storage.ts";
import { didYouMean, modelError } from "./model-error.ts";
import { parseModelPointer, type PointedModel } from "./model-pointer.ts";

/** This many moves are read at once. */
const AHEAD = 64;

/** Where the aliases of a model stand. */
export interface AliasState {
  /** Number of the last move; 0 where there was none. */
  readonly sequence: number;
  /** When it was; 0 for none. */
  readonly time: number;
  readonly aliases: Readonly<Record<string, number>>;
}

/** Reads the models of a datastore. Versions and moves are numbered; nothing that was written is ever changed. */
export class ModelStore {
  readonly store: Datastore;
  readonly #storage: Storage;

  constructor(store: Datastore) {
    this.store = store;
    this.#storage = store.storage;
  }

  /** Every model that was ever begun, by name. */
  names(): string[] {
    const names = this.#storage.list("models").filter((name) => name.endsWith("/"));
    return names.map((name) => name.slice(0, -1)).filter(isModelName);
  }

  /** Numbers of all versions, the removed ones included. */
  numbers(model: string): number[] {
    return numbersIn(this.#storage.list(`${modelFolder(model)}/versions`), (number) => modelVersionKey(model, number));
  }

  /** The same, of a model that is there. @throws MillraceError `MILLRACE_MODEL` that names the nearest */
  knownNumbers(model: string): number[] {
    const numbers = this.numbers(model);
    if (numbers.length > 0) return numbers;
    const names = this.names().filter((name) => this.numbers(name).length > 0);
    throw modelError(`Cannot find the model ${model} because there is none of that name`, {
      details: [`models: ${names.join(", ") || "none"}`, `datastore: ${this.#storage.location}`],
      hint: didYouMean(model, {
        among: names,
        otherwise: "register one: current.registerModel in a step, or models register",
      }),
    });
  }

  /** Numbers of those that were given up. */
  removed(model: string): ReadonlySet<number> {
    const names = this.#storage.list(`${modelFolder(model)}/removals`);
    return new Set(numbersIn(names, (number) => modelRemovalKey(model, number)));
  }

  /** Null where it was not given up. */
  removal(model: string, number: number): ModelRemoval | null {
    return this.#read(modelRemovalKey(model, number), parseModelRemoval);
  }

  /** Null where there is no such number. */
  at(model: string, number: number): ModelVersion | null {
    return this.#read(modelVersionKey(model, number), parseModelVersion);
  }

  /** Announces versions that will be read. */
  ahead(model: string, numbers: readonly number[]): void {
    this.#storage.ahead(numbers.map((number) => ({ op: "read", key: modelVersionKey(model, number) })));
  }

  /** @throws MillraceError `MILLRACE_MODEL` for one that is not there, or that was given up */
  version(model: string, number: number): ModelVersion {
    const found = this.at(model, number);
    if (found === null) throw this.#notThere(model, { number, removal: null });
    this.refuseRemoved(model, number);
    return found;
  }

  /** @throws MillraceError `MILLRACE_MODEL` for a version that was given up, saying by whom */
  refuseRemoved(model: string, number: number): void {
    const removal = this.removal(model, number);
    if (removal !== null) throw this.#notThere(model, { number, removal });
  }

  #notThere(
    model: string,
    { number, removal }: { readonly number: number; readonly removal: ModelRemoval | null },
  ): Error {
    const gone = this.removed(model);
    const there = this.knownNumbers(model).filter((one) => !gone.has(one));
    const seen = removal === null ? "there is no such version" : `${removal.username} removed it`;
    const why = removal === null || removal.reason === null ? [] : [`reason: ${removal.reason}`];
    return modelError(`Cannot use ${model}@${number} because ${seen}`, {
      details: [...why, `versions: ${rangesOf(there) || "none"}`],
      ...(there.length === 0 ? {} : { hint: `the latest is ${model}@${there.at(-1) ?? ""}` }),
    });
  }

  /** Null also for one whose record cannot be read: it is not the one that somebody looks for. */
  readable(model: string, number: number): ModelVersion | null {
    try {
      return this.at(model, number);
    } catch (error) {
      if (isUnreadable(error)) return null;
      throw error;
    }
  }

  /** The version that a reference means. @throws MillraceError `MILLRACE_MODEL` */
  resolve(reference: unknown): ModelVersion {
    return this.pointed(parseModelPointer(reference));
  }

  pointed({ model, pointer }: PointedModel): ModelVersion {
    switch (pointer.kind) {
      case "number":
        return this.version(model, pointer.number);
      case "alias":
        return this.version(model, this.#aliased(model, pointer.alias));
      case "latest":
        return this.latest(model);
    }
  }

  /** That with the highest number of those that were not given up. */
  latest(model: string): ModelVersion {
    const numbers = this.knownNumbers(model);
    const gone = this.removed(model);
    const last = numbers.findLast((number) => !gone.has(number));
    if (last !== undefined) return this.version(model, last);
    throw modelError(`Cannot use ${model}@latest because all of its ${numbers.length} versions were removed`, {
      hint: "register a new one",
    });
  }

  aliases(model: string): AliasState {
    const move = this.lastMove(model);
    if (move === null) return { sequence: 0, time: 0, aliases: {} };
    const { sequence, time, aliases } = move;
    return { sequence, time, aliases };
  }

  lastMove(model: string): ModelMove | null {
    const last = this.#sequences(model).at(-1);
    return last === undefined ? null : this.move(model, last);
  }

  move(model: string, sequence: number): ModelMove | null {
    return this.#read(modelMoveKey(model, sequence), parseModelMove);
  }

  /** The last move of an alias, of those up to a number; null where it was never moved. */
  lastMoveOf(model: string, { alias, upTo }: { readonly alias: string; readonly upTo: number }): ModelMove | null {
    for (let last = upTo; last > 0; last -= AHEAD) {
      const some = Array.from({ length: Math.min(AHEAD, last) }, (_, before) => last - before);
      this.#movesAhead(model, some);
      for (const sequence of some) {
        const move = this.move(model, sequence);
        if (move?.alias === alias) return move;
      }
    }
    return null;
  }

  /** The last of its moves, the oldest of these first. */
  moves(model: string, limit = Infinity): ModelMove[] {
    const sequences = this.#sequences(model).slice(-limit);
    const want = (one: number): Want => ({ op: "read", key: modelMoveKey(model, one) });
    return [...announced(sequences, { storage: this.#storage, want })].flatMap((one) => this.move(model, one) ?? []);
  }

  #movesAhead(model: string, sequences: readonly number[]): void {
    this.#storage.ahead(sequences.map((one) => ({ op: "read", key: modelMoveKey(model, one) })));
  }

  #sequences(model: string): number[] {
    return numbersIn(this.#storage.list(`${modelFolder(model)}/moves`), (number) => modelMoveKey(model, number));
  }

  #aliased(model: string, alias: string): number {
    const { aliases } = this.aliases(model);
    const number = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
    if (number !== undefined) return number;
    this.knownNumbers(model);
    const known = Object.keys(aliases);
    throw modelError(`Cannot use ${model}@${alias} because the model has no alias ${alias}`, {
      details: [`aliases: ${known.map((one) => `${one} (${aliases[one]})`).join(", ") || "none"}`],
      hint: didYouMean(alias, {
        among: [...known, "latest"],
        otherwise: `set it: models promote ${model}@latest --alias ${alias}`,
      }),
    });
  }

  #read<T>(key: string, parse: (json: string, key: string) => T): T | null {
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parse(Buffer.from(bytes).toString(), key);
  }
}

/** `1 to 5, 7` */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`)).join(", ");
}
