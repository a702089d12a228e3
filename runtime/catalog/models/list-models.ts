import { messageOf } from "../../../sdk/base/message-of.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import type { ModelVersion } from "../../datastore/kinds/model-version.ts";
import { checkModelName, parseModelPointer } from "./model-pointer.ts";
import { ModelStore } from "./model-store.ts";
import { settlePending } from "./settle-pending.ts";

/** A model that has versions. */
export interface ListedModel {
  readonly name: string;
  readonly latest: number;
  readonly versions: number;
  /** Empty where they cannot be read. */
  readonly aliases: Readonly<Record<string, number>>;
  /** What cannot be read of it; absent where all can. */
  readonly problem?: string;
}

/** Every model that has a version which was not removed, by name. */
export function listModels(store: Datastore): ListedModel[] {
  return new ModelStore(store).names().flatMap((name): ListedModel[] => {
    const models = settledModels(store, name);
    const numbers = models.numbers(name);
    const gone = models.removed(name);
    const latest = numbers.findLast((number) => !gone.has(number));
    if (latest === undefined) return [];
    return [{ name, latest, versions: numbers.length - gone.size, ...readableAliases(models, name) }];
  });
}

/** One damaged record is not to hide all other models. */
function readableAliases(models: ModelStore, name: string): Pick<ListedModel, "aliases" | "problem"> {
  try {
    return { aliases: models.aliases(name).aliases };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { aliases: {}, problem: messageOf(error) };
  }
}

/** Versions of a model, and where its aliases stand. */
export interface ListedVersions {
  /** By number. */
  readonly versions: readonly ModelVersion[];
  /** How many there are; `versions` are the last of them. */
  readonly count: number;
  readonly aliases: Readonly<Record<string, number>>;
}

/**
 * The last versions of those that were not removed.
 * @throws MillraceError `MILLRACE_MODEL` where there is no such model
 */
export function listVersions(
  store: Datastore,
  { model, limit = Infinity }: { readonly model: string; readonly limit?: number },
): ListedVersions {
  const models = settledModels(store, model);
  const gone = models.removed(model);
  const all = models.knownNumbers(model).filter((number) => !gone.has(number));
  const numbers = all.slice(Math.max(all.length - limit, 0));
  const { aliases } = models.aliases(model);
  models.ahead(model, numbers);
  const versions = numbers.map((number) => models.at(model, number)).filter((version) => version !== null);
  return { versions, count: all.length, aliases };
}

/** The version that a reference means, after what was cut off is finished. @throws MillraceError `MILLRACE_MODEL` */
export function findVersion(store: Datastore, reference: unknown): ModelVersion {
  const pointed = parseModelPointer(reference);
  return settledModels(store, pointed.model).pointed(pointed);
}

/** A model whose name was judged, with what was cut off finished. */
export function settledModels(store: Datastore, model: string): ModelStore {
  checkModelName(model);
  settlePending(store, model);
  return new ModelStore(store);
}
