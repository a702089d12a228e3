import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import type { DeployedVersion } from "../deployer.ts";
import { argoCron } from "./argo-cron.ts";
import { argoName } from "./argo-name.ts";
import type { ArgoObject } from "./argo-object.ts";
import { TRIGGER } from "./step-templates.ts";
import { ARGO_VERSION, labelsOf, metadataOf } from "./workflow-template.ts";

/** A missed instant still runs however long ago it was, the last one alone. */
const FOR_EVER_S = 10 * 365 * 24 * 3600;
const SCHEDULED = JSON.stringify({ scheduledAt: "{{workflow.scheduledTime}}" });

/** A CronWorkflow for the schedules that have clock and rules in common. */
export function cronWorkflows(of: DeployedVersion, isPaused: boolean): readonly ArgoObject[] {
  const name = argoName(of.version.deployment, of.store);
  return scheduleGroups(of.version.triggers.schedules).map((rules, at) => {
    const [{ timezone, catchUp, overlap }] = rules;
    const waits = { synchronization: { mutexes: [{ name: `${name}-schedule` }] } };
    return {
      apiVersion: ARGO_VERSION,
      kind: "CronWorkflow",
      metadata: metadataOf(of, at === 0 ? name : `${name}-${at + 1}`),
      spec: {
        schedules: rules.map(({ cron }) => argoCron(cron)),
        timezone,
        concurrencyPolicy: overlap === "skip" ? "Forbid" : "Allow",
        startingDeadlineSeconds: catchUp === "none" ? 0 : FOR_EVER_S,
        suspend: isPaused,
        workflowMetadata: { labels: labelsOf(of.version) },
        workflowSpec: {
          workflowTemplateRef: { name },
          arguments: { parameters: [{ name: TRIGGER, value: SCHEDULED }] },
          ...(overlap === "queue" ? waits : {}),
        },
      },
    };
  });
}

export function scheduleGroups(
  schedules: readonly ScheduleRule[],
): readonly (readonly [ScheduleRule, ...ScheduleRule[]])[] {
  const groups = new Map<string, [ScheduleRule, ...ScheduleRule[]]>();
  for (const rule of schedules) {
    const key = JSON.stringify([rule.timezone, rule.catchUp, rule.overlap]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}
