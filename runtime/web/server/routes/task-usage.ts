import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import { askedNeeds } from "../../../datastore/reader/step-usage.ts";
import type { UsageSeries } from "../../../datastore/usage-series.ts";
import type { AttemptPlace, RunPlace } from "../../../datastore/run-keys.ts";
import type { TaskUsageAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import type { ServedStore } from "../served-store.ts";
import { sourcesAsked } from "../task-asked.ts";

/** What an attempt used over its time, beside what it asked for. */
export const taskUsageRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task/usage",
  answer(asked) {
    const { run, task, sources } = sourcesAsked(asked);
    const [latest] = sources;
    const value: TaskUsageAnswer = {
      asked: askedNeeds([run], { step: task.step, attempt: latest?.attempt ?? task.attempt }),
      series: latest === undefined ? null : seriesOf(asked.served, latest),
    };
    return json(value);
  },
};

/** One that is damaged can be done without. */
function seriesOf({ store }: ServedStore, { flow, run, ...of }: RunPlace & AttemptPlace): UsageSeries | null {
  try {
    return store.record(flow, run).series(of);
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}
