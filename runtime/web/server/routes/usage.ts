import { jobsOverTime } from "../../../datastore/reader/jobs-over-time.ts";
import { resourceAdvice } from "../../../datastore/reader/resource-advice.ts";
import { stepUsages } from "../../../datastore/reader/step-usage.ts";
import type { UsageAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { runAsked } from "../task-asked.ts";

/** What steps asked for and what their attempts used, with what they had better ask for. */
export const usageRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/usage",
  answer(asked) {
    const run = runAsked(asked).now();
    const steps = stepUsages([run]).map((usage) => {
      const advice = resourceAdvice(usage);
      return {
        ...usage,
        advice: advice === null ? null : { decorator: advice.decorator, evidence: advice.evidence },
      };
    });
    return json({ steps, jobs: jobsOverTime(run) } satisfies UsageAnswer);
  },
};
