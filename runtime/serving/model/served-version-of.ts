import { ModelStore } from "../../catalog/models/model-store.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { numberOf } from "../../datastore/last-values.ts";
import type { ServedVersion } from "../pool/served-version.ts";

/** What a reference means now. @throws MillraceError `MILLRACE_MODEL` */
export function servedVersionOf(store: Datastore, reference: string): ServedVersion {
  const models = new ModelStore(store);
  const { model: name, number, artifact, metrics, source, lineage } = models.resolve(reference);
  const { aliases } = models.aliases(name);
  const run = `${source.flow}/${source.run}`;
  return {
    ...{ name, number, hash: artifact.hash, type: artifact.type, run },
    aliases: Object.keys(aliases).filter((alias) => aliases[alias] === number),
    metrics: Object.fromEntries(Object.entries(metrics).map(([metric, value]) => [metric, numberOf(value)])),
    artifact: `${run}/${source.step}/${source.task}/${source.artifact}`,
    code: { hash: lineage.code, file: lineage.flowFile },
    commit: lineage.git?.commit ?? null,
  };
}
