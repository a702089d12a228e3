import type { RecordKind } from "./record-kind.ts";

/** Bytes that other records name by their hash. */
export const blobKind: RecordKind = {
  name: "blob",
  keys: [{ key: "blobs/sha256/<2 hex>/<62 hex>", is: "immutable bytes, named after their SHA-256", form: "bytes" }],
  title: ({ key }) => key,
  // Whoever names it knows what is lost with it.
  loses: () => [],
  fix: () => "nothing needs it: fsck --repair sets it aside",
};
