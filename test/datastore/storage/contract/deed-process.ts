import { openDatastore } from "../../../../runtime/datastore/datastore.ts";
import type { Storage } from "../../../../runtime/datastore/storage.ts";
import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import { lineOf } from "./line-of.ts";
import type { Deed, DeedDone } from "./other-process.ts";
import type { Elsewhere } from "./under-test.ts";

let storage: Storage | null = null;

process.on("disconnect", () => process.exit());
process.on("message", ({ elsewhere, deed }: { elsewhere?: Elsewhere; deed?: Deed }) => {
  if (elsewhere !== undefined) {
    storage = openDatastore(elsewhere.location, { isDurable: elsewhere.isDurable ?? false }).storage;
    process.send?.("opened");
  }
  if (storage !== null && deed !== undefined) process.send?.(done(storage, deed));
});
process.send?.("ready");

function done(storage: Storage, deed: Deed): DeedDone {
  const report = { won: [] as string[], lines: 0, failure: null as DeedDone["failure"] };
  try {
    for (const step of steps(storage, deed)) {
      if (step.won !== undefined) report.won.push(step.won);
      report.lines += step.lines ?? 0;
    }
  } catch (error) {
    report.failure = { code: isMillraceError(error) ? error.code : null, message: (error as Error).message };
  }
  return report;
}

function* steps(storage: Storage, deed: Deed): Generator<{ readonly won?: string; readonly lines?: number }> {
  switch (deed.kind) {
    case "create":
      for (const key of deed.keys) if (storage.create(key, [Buffer.from(deed.name)])) yield { won: key };
      return;
    case "append": {
      const appender = storage.append(deed.key);
      for (let at = 0; at < deed.lines; at += 1) {
        // What goes wrong is thrown by flush as well.
        void Promise.resolve(appender.append(lineOf(at, deed.name))).catch(() => undefined);
        appender.flush();
        yield { lines: 1 };
      }
      return;
    }
    case "rewrite":
      for (let generation = 1; ; generation += 1) {
        const bytes = Buffer.alloc(deed.bytes, generation % 251);
        process.send?.(generation);
        if (deed.by === "write") storage.write(deed.key, [bytes]);
        else {
          storage.deposit(`${deed.key}-${generation}`, [bytes]);
          storage.flush();
        }
      }
  }
}
