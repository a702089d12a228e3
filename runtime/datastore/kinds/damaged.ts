import type { RecordKind } from "./record-kind.ts";

/** What a repair moved out of the way: somebody may still find in it what to put back by hand. */
export const damagedKind: RecordKind = {
  name: "damaged",
  keys: [
    { key: "damaged/<64 hex>", is: "a blob with wrong bytes that `fsck --repair` set aside", form: "bytes" },
    {
      key: "damaged/gc-removing.json",
      is: "a `gc/removing.json` that `fsck --repair` set aside",
      form: "bytes",
    },
  ],
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} once you do not need it`,
};
