import { isRecord } from "../base/is-record.ts";

/** Where the artifact of a model is: as a record of the datastore says it. */
export interface ModelArtifact {
  readonly hash: string;
  readonly size: number;
  readonly type: string;
  readonly data?: string;
  readonly files?: string;
}

const HASH = /^[0-9a-f]{64}$/;

/** @throws for what cannot be such a place */
export function modelArtifact(packed: unknown): ModelArtifact {
  const [hash, size] = blobFact(packed);
  const { type, data, files } = packed as Partial<Record<keyof ModelArtifact, unknown>>;
  if (typeof type !== "string") throw new TypeError("its type is not a string");
  if (data !== undefined && typeof data !== "string") throw new TypeError("its bytes are not in base64");
  if (files !== undefined && !isHash(files)) throw new TypeError("the hash of its files is none");
  return { hash, size, type, ...(data === undefined ? {} : { data }), ...(files === undefined ? {} : { files }) };
}

/** Hash and size of a blob. @throws for anything else */
export function blobFact(packed: unknown): [hash: string, size: number] {
  const { hash, size } = isRecord(packed) ? packed : {};
  if (!isHash(hash)) throw new TypeError("its hash is none");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw new TypeError("its size is none");
  return [hash, size];
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && HASH.test(value);
}
