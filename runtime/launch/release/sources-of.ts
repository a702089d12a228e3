import type { Datastore } from "../../datastore/datastore.ts";
import { loadArtifacts } from "../../datastore/load-artifact.ts";
import type { PreparedRelease } from "./release.ts";
import { namedSources, type SecretSources, secretSources } from "./secret-sources.ts";

/** Where the secrets of a stored release's steps come from: the code is asked where it computes some. */
export async function sourcesOf(
  { document, flow }: Pick<PreparedRelease, "document" | "flow">,
  { blobs }: Datastore,
): Promise<SecretSources> {
  const named = namedSources(document.secrets);
  return named ?? secretSources(await flow(), loadArtifacts(blobs, document.configs));
}
