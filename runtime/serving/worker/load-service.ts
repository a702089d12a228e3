import { pathToFileURL } from "node:url";
import { isRecord } from "../../../sdk/base/is-record.ts";
import { host } from "../../../sdk/base/host.ts";
import type { AnyClass, FeatureLookup } from "../../../sdk/base/metadata.ts";
import { refuseOtherFeatures } from "../../catalog/features/refuse-other-features.ts";
import type { ViewSpec } from "../../catalog/features/view-spec.ts";
import { ModelStore } from "../../catalog/models/model-store.ts";
import { processSettings } from "../../config.ts";
import { openDatastore } from "../../datastore/datastore.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { ServiceSetup } from "../channel/service-command.ts";
import { type Prediction, predictionsOf } from "../model/predictions-of.ts";
import { rowSchema } from "../model/row-schema.ts";
import { serviceError } from "../model/service-error.ts";

/** A service that can answer. */
export interface LoadedService {
  readonly service: object;
  readonly predictions: ReadonlyMap<string, Prediction>;
}

/** Evaluates the module at a URL: a script of ours cannot. */
export type LoadFile = (url: string) => Promise<unknown>;

/** Evaluates the service's file, makes the instance and gives it its model. */
export async function loadService(
  { file, service: name, model }: ServiceSetup,
  load: LoadFile,
): Promise<LoadedService> {
  // What the service asks for by itself, such as features, lies where its model does.
  if (model !== null) host().datastore = model.datastore;
  return preparedService(await classIn(file, name, load), model);
}

/** An instance that has its model. */
export async function preparedService(Class: AnyClass, model: ServiceSetup["model"]): Promise<LoadedService> {
  const predictions = predictionsOf(Class);
  const service = new (Class as unknown as new () => { model?: unknown; prepare?(): unknown })();
  const lookups = predictions.flatMap(({ lookup }) => lookup ?? []);
  for (const prediction of predictions) checkKeys(Class.name, prediction);
  if (model !== null) service.model = modelAt(model, lookups);
  // A snapshot that is missing or of another definition is no surprise for the first request.
  for (const { find } of lookups) await find([]);
  await service.prepare?.();
  return { service, predictions: new Map(predictions.map((one) => [one.name, one])) };
}

async function classIn(file: string, name: string, load: LoadFile): Promise<AnyClass> {
  const given: AnyClass[] = [];
  host().serve = (service) => given.push(service);
  try {
    await load(pathToFileURL(file).href);
  } finally {
    host().serve = undefined;
  }
  const found = given.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw serviceError(`Cannot load ${name} because ${file} did not give it to serve() when it was loaded again`, {
    details: [`given: ${given.map((one) => one.name).join(", ") || "nothing"}`],
    hint: `call serve(${name}) whenever the file is loaded`,
  });
}

function modelAt(
  { name, number, datastore }: NonNullable<ServiceSetup["model"]>,
  lookups: readonly FeatureLookup[],
): unknown {
  const store = openDatastore(datastore, { settings: processSettings().store });
  try {
    const { source, artifact, lineage } = new ModelStore(store).version(name, number);
    const model = { reference: `${name}@${number}`, features: lineage.features ?? [] };
    const served = lookups.flatMap(({ views }) => views);
    // Another copy of the package may have declared them: only their form is known.
    refuseOtherFeatures(
      store,
      model,
      served.map(({ definition, names }) => ({ view: definition as ViewSpec, names })),
    );
    return loadArtifact(store.blobs, source.artifact, artifact);
  } finally {
    store.close();
  }
}

/** Of what the input schema says of itself: without a key nothing can be looked up. */
function checkKeys(service: string, prediction: Prediction): void {
  const { properties } = rowSchema(prediction);
  if (prediction.lookup === undefined || !isRecord(properties)) return;
  const { keys, columns } = prediction.lookup;
  const missing = keys.filter((key) => !Object.hasOwn(properties, key));
  if (missing.length > 0)
    throw serviceError(
      `Cannot look up the features of ${service}.${prediction.name} because its input lacks ${missing.join(", ")}`,
      {
        details: [`its input has: ${Object.keys(properties).join(", ") || "nothing"}`],
        hint: "add the keys of the entity to the input schema",
      },
    );
  const brought = columns.filter((column) => Object.hasOwn(properties, column));
  if (brought.length > 0)
    throw serviceError(
      `Cannot look up ${brought.join(", ")} for ${service}.${prediction.name} because its input has it as well`,
      {
        hint: "leave it out of the input schema: the method gets what the store says",
      },
    );
}
