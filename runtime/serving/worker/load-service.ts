import { pathToFileURL } from "node:url";
import { host } from "../../../sdk/base/host.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { ModelStore } from "../../catalog/models/model-store.ts";
import { processSettings } from "../../config.ts";
import { openDatastore } from "../../datastore/datastore.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { ServiceSetup } from "../channel/service-command.ts";
import { type Prediction, predictionsOf } from "../model/predictions-of.ts";
import { serviceError } from "../model/service-error.ts";

/** A service that can answer. */
export interface LoadedService {
  readonly service: object;
  readonly predictions: ReadonlyMap<string, Prediction>;
}

/** Evaluates the service's file, makes the instance and gives it its model. */
export async function loadService({ file, service: name, model }: ServiceSetup): Promise<LoadedService> {
  // What the service asks for by itself, such as features, lies where its model does.
  if (model !== null) host().datastore = model.datastore;
  return preparedService(await classIn(file, name), model);
}

/** An instance that has its model. */
export async function preparedService(Class: AnyClass, model: ServiceSetup["model"]): Promise<LoadedService> {
  const predictions = predictionsOf(Class);
  const service = new (Class as unknown as new () => { model?: unknown; prepare?(): unknown })();
  if (model !== null) service.model = modelAt(model);
  await service.prepare?.();
  return { service, predictions: new Map(predictions.map((one) => [one.name, one])) };
}

async function classIn(file: string, name: string): Promise<AnyClass> {
  const given: AnyClass[] = [];
  host().serve = (service) => given.push(service);
  try {
    await import(pathToFileURL(file).href);
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

function modelAt({ name, number, datastore }: NonNullable<ServiceSetup["model"]>): unknown {
  const store = openDatastore(datastore, { settings: processSettings().store });
  try {
    const { source, artifact } = new ModelStore(store).version(name, number);
    return loadArtifact(store.blobs, source.artifact, artifact);
  } finally {
    store.close();
  }
}
