import { hashOf } from "../../../datastore/blobs.ts";
import { type Bundle, bundleFlow } from "../../../package/bundle.ts";
import type { ServiceContext } from "../service-context.ts";

/** The code package of a service, as it is stored. */
export interface ServiceBundle {
  readonly bundle: Bundle;
  readonly bytes: Buffer;
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string;
}

/** Bundles the service's file as a flow's file is bundled. */
export async function bundleService({ serviceFile }: ServiceContext): Promise<ServiceBundle> {
  const bundle = await bundleFlow(serviceFile);
  const bytes = Buffer.from(JSON.stringify(bundle.code));
  return { bundle, bytes, hash: hashOf([bytes]) };
}
