import { randomUUID } from "node:crypto";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import { s3Storage } from "../../../datastore/s3/s3-storage.ts";

/**
 * Does with one object what a run does with many.
 * @throws MillraceError that says what the bucket, or the credentials in use, cannot do
 */
export function checkDatastore(
  location: string,
  { region, settings }: { region: string | undefined; settings: Settings },
): void {
  const { s3, env } = settings.store;
  const storage = s3Storage(location, {
    settings: { ...s3, region: region ?? s3.region },
    env,
  });
  // Names of this kind count as unfinished: whoever finds it after a crash knows that it can go.
  const key = `.tmp-configure-${randomUUID()}`;
  const bytes = Buffer.from("written by millrace configure aws\n");
  storage.write(key, [bytes]);
  try {
    const read = storage.read(key);
    if (read === null || !bytes.equals(read)) throw unlike(location, "gave back something else than was written");
    // Of two runs that want one id, one is refused: that hangs on conditional writes.
    if (storage.create(key, [bytes])) throw unlike(location, "replaced an object that it was told to leave alone");
  } finally {
    storage.remove([key]);
  }
  if (storage.has(key)) throw unlike(location, "kept an object that it was told to remove");
}

function unlike(location: string, what: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_STORAGE",
    headline: `Cannot use ${location} as datastore because the service ${what}`,
    hint: "use S3 itself, or a service with conditional writes (If-None-Match) that reads what was just written",
  });
}
