import { aliasesOf } from "../../../catalog/models/aliases-of.ts";
import type { ModelVersion } from "../../../datastore/kinds/model-version.ts";

/** A version for programs, with the names that a `Model` has. */
export function modelJson(version: ModelVersion, all: Readonly<Record<string, number>>) {
  const { model: name, number, artifact, metrics, description, input, output, time, username, source } = version;
  const { hash, type, size } = artifact;
  return {
    ...{ name, number, hash, type, size, aliases: aliasesOf(version, all), metrics, description, input, output },
    ...{ registeredAt: new Date(time).toISOString(), username },
    pathspec: `${source.flow}/${source.run}/${source.step}/${source.task}/${source.artifact}`,
  };
}
