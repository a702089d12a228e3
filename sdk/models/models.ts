import { aliasesAt, timeGiven } from "../../runtime/catalog/models/aliases-at.ts";
import { checkReason } from "../../runtime/catalog/models/check-reason.ts";
import { compareVersions, type ModelChange } from "../../runtime/catalog/models/compare-versions.ts";
import { findVersion, listModels, listVersions, settledModels } from "../../runtime/catalog/models/list-models.ts";
import { ModelStore } from "../../runtime/catalog/models/model-store.ts";
import { modelError, shown } from "../../runtime/catalog/models/model-error.ts";
import { promote } from "../../runtime/catalog/models/promote.ts";
import { removeReferenced } from "../../runtime/catalog/models/remove-referenced.ts";
import { rollBack } from "../../runtime/catalog/models/roll-back.ts";
import { processSettings } from "../../runtime/config.ts";
import { type Datastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import type { ModelMove } from "../../runtime/datastore/kinds/model-move.ts";
import type { ModelVersion } from "../../runtime/datastore/kinds/model-version.ts";
import { Outcomes } from "../../runtime/monitoring/outcomes.ts";
import type { Artifact } from "../client/artifact.ts";
import { refuseUnknown, storeOf } from "../client/client-options.ts";
import { isRecord } from "../base/is-record.ts";
import { Model } from "./model.ts";
import type {
  AliasMove,
  ExpectingPromoteOptions,
  HistoryAtOptions,
  ModelStoreOptions,
  ModelSummary,
  OutcomeOptions,
  PromoteOptions,
  RegisterOptions,
  RemoveModelOptions,
  RollbackOptions,
} from "./model-store-options.ts";
import { registerArtifact } from "./register-artifact.ts";
import { StoredModel } from "./stored-model.ts";

/** What {@link models} offers. */
export interface Models {
  /**
   * Registers an artifact as the next version of a model: a pointer, nothing is copied. In a step `current.registerModel`
   * does it when the task is committed.
   *
   * @param name - of the model: a letter, then letters, digits, `_` and `-`
   * @param artifact - of a run: an `Artifact`, or its pathspec `Flow/run/step/task/name`
   * @throws MillraceError `MILLRACE_MODEL` for what cannot be registered
   *
   * @example
   * ```ts
   * import { Run } from "millrace/client";
   * import { models } from "millrace/models";
   *
   * const run = await Run.get("ChurnFlow/latest");
   * const version = await models.register("churn", await (await run.endTask()).artifact("model"), { metrics: { auc: 0.91 } });
   * ```
   */
  register<T>(name: string, artifact: Artifact<T> | string, options?: RegisterOptions): Promise<Model<T>>;
  /**
   * Lets an alias point to a version; it is set if it was not. Of several that move one alias at once one wins, and the
   * others are told who did. Publishes the event `model-promoted:NAME`.
   *
   * @returns the move; where the alias pointed there already, the one that had moved it
   * @throws MillraceError `MILLRACE_MODEL_MOVED` where the alias is elsewhere than expected, `MILLRACE_MODEL_REFUSED` where
   * a check fails or the alias is protected
   *
   * @example
   * ```ts
   * import { models } from "millrace/models";
   *
   * await models.promote("churn", 7, {
   *   alias: "production",
   *   reason: "AUC + 0.02",
   *   expect: 6,
   *   require: (candidate, current) => (candidate.metrics.auc ?? 0) >= (current.metrics.auc ?? 0),
   * });
   * ```
   */
  promote<T = unknown>(name: string, number: number, options: ExpectingPromoteOptions<T>): Promise<AliasMove>;
  /** The same where the alias may not be set yet: `current` is null then. */
  promote<T = unknown>(name: string, number: number, options: PromoteOptions<T>): Promise<AliasMove>;
  /**
   * Lets an alias point to where it was promoted before; once more goes a step further back.
   *
   * @param reference - `churn@production`
   * @throws MillraceError `MILLRACE_MODEL` where it pointed nowhere before, `MILLRACE_MODEL_MOVED`, `MILLRACE_MODEL_REFUSED`
   */
  rollback(reference: string, options?: RollbackOptions): Promise<AliasMove>;
  /**
   * Opens a version.
   *
   * @param reference - `churn@production`, `churn@7` or `churn@latest`, which has the highest number
   * @throws MillraceError `MILLRACE_MODEL` that names the nearest, if there is no such model, version or alias
   */
  get<T = unknown>(reference: string, options?: ModelStoreOptions): Promise<Model<T>>;
  /** Every version that was not removed, by number. */
  versions<T = unknown>(name: string, options?: ModelStoreOptions): Promise<readonly Model<T>[]>;
  /** Every model, by name. */
  list(options?: ModelStoreOptions): Promise<readonly ModelSummary[]>;
  /** Where the aliases of a model stood at a time. */
  history(name: string, options: HistoryAtOptions): Promise<Readonly<Record<string, number>>>;
  /** Every move of the aliases of a model, the oldest first. */
  history(name: string, options?: ModelStoreOptions): Promise<readonly AliasMove[]>;
  /**
   * What differs between two versions: artifact, metrics, values, data, code, packages, schemas.
   *
   * @param from - `churn@production`
   * @param to - `churn@latest`
   */
  diff(from: string, to: string, options?: ModelStoreOptions): Promise<readonly ModelChange[]>;
  /**
   * Gives a version up, or takes an alias away. A version that is removed keeps nothing alive any more; its record stays, and
   * its number is not used again.
   *
   * @param reference - `churn@3` removes a version, which no alias may point to; `churn@staging` removes the alias alone
   * @throws MillraceError `MILLRACE_MODEL`, or `MILLRACE_MODEL_REFUSED` for a protected alias
   */
  remove(reference: string, options?: RemoveModelOptions): Promise<void>;
  /**
   * Notes what turned out to be true of a request that a server answered, so that `millrace monitor` can tell how right the
   * model is. Telling the same again changes nothing; another truth of the same request is refused.
   *
   * @param requestId - id that the answer to the request had; a server takes over the one that a request brings, so where
   * one id may have gone to several models, say in `model` which one answered
   * @param truth - what should have been answered: a number, a string, true or false, or an object with some of the answer's
   * fields; for a request with several rows an array of them
   * @throws MillraceError `MILLRACE_MODEL` where another truth is known
   *
   * @example
   * ```ts
   * import { models } from "millrace/models";
   *
   * await models.outcome("20260314-092653589-x7k2p", { churned: true });
   * ```
   */
  outcome(requestId: string, truth: unknown, options?: OutcomeOptions): Promise<void>;
}

const STORE = ["datastore"];

/**
 * The models of a datastore: versions, numbered 1, 2, 3, and aliases that point to them.
 *
 * @example
 * ```ts
 * import { models } from "millrace/models";
 *
 * const model = await models.get("churn@production");
 * for (const { alias, from, to, who, at, why } of await models.history("churn")) console.log(at, alias, from, to, who, why);
 * ```
 */
export const models: Models = {
  async register<T>(name: string, artifact: Artifact<T> | string, options: RegisterOptions = {}) {
    await Promise.resolve();
    const { store, version } = registerArtifact(name, artifact, options);
    return opened<T>(store, version);
  },

  async promote(name: string, number: number, options: PromoteOptions & ExpectingPromoteOptions) {
    checkOptions(options, [...STORE, "alias", "reason", "expect", "require"]);
    const { alias, reason, expect, require } = options;
    if (require !== undefined && typeof require !== "function")
      throw modelError(`Cannot promote ${name} because its option require is not a function: ${shown(require)}`, {
        hint: "for example (candidate, current) => candidate.metrics.auc >= current.metrics.auc",
      });
    const store = storeOf(onlyStore(options));
    const settings = processSettings();
    const move = await promote(store, {
      ...{ model: name, number, alias, expect, username: settings.username, rules: settings.aliasRules() },
      reason: checkReason(reason),
      ...(require === undefined
        ? {}
        : {
            require: (candidate, current) =>
              require(opened(store, candidate), current === null ? null : opened(store, current)),
          }),
    });
    return aliasMove(move);
  },

  async rollback(reference: string, options: RollbackOptions = {}) {
    await Promise.resolve();
    checkOptions(options, [...STORE, "reason", "expect"]);
    const { username, ...settings } = who();
    const { reason, expect } = options;
    const store = storeOf(onlyStore(options));
    return aliasMove(rollBack(store, { reference, username, expect, reason: checkReason(reason), ...settings }));
  },

  async get<T = unknown>(reference: string, options: ModelStoreOptions = {}) {
    await Promise.resolve();
    const store = storeOf(checked(options));
    return opened<T>(store, findVersion(store, reference));
  },

  async versions<T = unknown>(name: string, options: ModelStoreOptions = {}) {
    await Promise.resolve();
    const store = storeOf(checked(options));
    const { versions, aliases: all } = listVersions(store, { model: name });
    return versions.map((version) => new Model<T>(new StoredModel(store, { version, all })));
  },

  async list(options: ModelStoreOptions = {}): Promise<ModelSummary[]> {
    await Promise.resolve();
    return listModels(storeOf(checked(options)));
  },

  history: history as Models["history"],

  async diff(from: string, to: string, options: ModelStoreOptions = {}) {
    await Promise.resolve();
    const store = storeOf(checked(options));
    return compareVersions(store, [findVersion(store, from), findVersion(store, to)]);
  },

  async remove(reference: string, options: RemoveModelOptions = {}) {
    await Promise.resolve();
    checkOptions(options, [...STORE, "reason"]);
    const store = storeOf(onlyStore(options));
    removeReferenced(store, { ...who(), reference, reason: checkReason(options.reason) });
  },

  async outcome(requestId: string, truth: unknown, options: OutcomeOptions = {}) {
    await Promise.resolve();
    checkOptions(options, [...STORE, "model"]);
    const store = storeOf(onlyStore(options));
    prepareDatastore(store);
    new Outcomes(store).tell({
      id: requestId,
      model: options.model ?? null,
      truth,
      username: processSettings().username,
    });
  },
};

async function history(
  name: string,
  options: ModelStoreOptions & Partial<HistoryAtOptions> = {},
): Promise<Readonly<Record<string, number>> | readonly AliasMove[]> {
  await Promise.resolve();
  checkOptions(options, [...STORE, "at"]);
  const catalog = settledModels(storeOf(onlyStore(options)), name);
  catalog.knownNumbers(name);
  if ("at" in options) return aliasesAt(catalog, { model: name, at: timeGiven(options.at) });
  return catalog.moves(name).map(aliasMove);
}

function opened<T>(store: Datastore, version: ModelVersion): Model<T> {
  const all = new ModelStore(store).aliases(version.model).aliases;
  return new Model<T>(new StoredModel(store, { version, all }));
}

function aliasMove({ alias, from, to, username: who, time, reason: why, action }: ModelMove): AliasMove {
  return { alias, from, to, who, at: new Date(time), why, action };
}

function who() {
  const settings = processSettings();
  return { username: settings.username, rules: settings.aliasRules() };
}

/** @throws MillraceError for what is no object, or has an option that nobody reads */
function checkOptions(options: unknown, names: readonly string[]): asserts options is object {
  if (isRecord(options)) return refuseUnknown(options, names);
  throw modelError(`Cannot read these options because they are not an object: ${shown(options)}`, {
    hint: `options: ${names.join(", ")}`,
  });
}

function checked(options: ModelStoreOptions): ModelStoreOptions {
  checkOptions(options, STORE);
  return options;
}

function onlyStore({ datastore }: ModelStoreOptions): ModelStoreOptions {
  return { datastore };
}
