import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { StoreSettings } from "../../../runtime/settings/store-settings.ts";
import { RequestLog } from "../../../runtime/monitoring/request-log.ts";
import { lastWholeWindow } from "../../../runtime/monitoring/tell-drift.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const HOUR_MS = 3_600_000;

const TRAIN = `import { current, FlowSpec, main, step } from "millrace";
class TrainFlow extends FlowSpec {
  model = { cut: 50 };
  @step start() { this.next(this.end); }
  @step end() {
    const input = Array.from({ length: 1000 }, (_, at) => ({ age: (at * 7919) % 100 }));
    current.registerModel("churn", { artifact: "model", reference: { input, output: input.map(({ age }) => age > 50 ? 0.9 : 0.1) } });
  }
}
main(TrainFlow);
`;

/** A flow in `train.ts` that registers the model `churn`, with its data, and other files. */
export function churnProject(files: Readonly<Record<string, string>>): string {
  return makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "train.ts": TRAIN, ...files });
}

/** Logs 300 requests in the last whole hour, and 300 since: when this hour ends meanwhile, the last whole one has some, too. */
export async function serveHours(location: string, of: { older: number; settings?: StoreSettings }): Promise<string[]> {
  const { settings, older } = of;
  const store: Datastore = openDatastore(location, settings === undefined ? {} : { settings });
  const log = new RequestLog({ store, model: "churn", server: "test", sample: 1 });
  const ids: string[] = [];
  const { from, to } = lastWholeWindow(Date.now(), HOUR_MS);
  for (const start of [from + HOUR_MS / 2, to]) {
    for (let row = 0; row < 300; row += 1) {
      const age = ((row * 7919) % 100) + older;
      const id = `r${start}-${row}`;
      ids.push(id);
      log.add({
        ...{ id, at: start, method: "score", number: 1, hash: "ab".repeat(32), status: 200, latencyMs: 3, rows: 1 },
        ...{ input: [{ age }], output: [age > 50 ? 0.9 : 0.1] },
      });
    }
  }
  await log.close(60_000);
  store.close();
  return ids;
}
