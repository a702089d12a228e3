import type { EventRule } from "../../../sdk/base/triggers.ts";
import type { DeployedVersion } from "../deployer.ts";
import { argoName, dependencyName } from "./argo-name.ts";
import type { ArgoObject } from "./argo-object.ts";
import { argoJson } from "./argo-json.ts";
import { ARGO_SETTINGS } from "./argo-settings.ts";
import { TRIGGER } from "./step-templates.ts";
import { ARGO_VERSION, labelsOf, metadataOf } from "./workflow-template.ts";

const EVENT_SOURCE = "millrace";

/** A Sensor of Argo Events, which starts a workflow for each event that it waits for; null where it waits for none. */
export function eventSensor(of: DeployedVersion): ArgoObject | null {
  const { events } = of.version.triggers;
  if (events.length === 0) return null;
  const { eventSource, sensorAccount } = of.settings.engine(ARGO_SETTINGS);
  const names = [...new Set(events.flatMap((rule) => rule.events))];
  return {
    apiVersion: ARGO_VERSION,
    kind: "Sensor",
    metadata: metadataOf(of),
    spec: {
      ...(sensorAccount === null ? {} : { template: { serviceAccountName: sensorAccount } }),
      dependencies: names.map((name) => ({
        name: dependencyName(name),
        eventSourceName: eventSource ?? EVENT_SOURCE,
        eventName: name,
      })),
      triggers: events.map((rule, at) => triggerOf(of, { rule, at })),
    },
  };
}

function triggerOf(
  { version, store }: DeployedVersion,
  { rule, at }: { readonly rule: EventRule; readonly at: number },
): object {
  const name = argoName(version.deployment, store);
  const resource = {
    apiVersion: ARGO_VERSION,
    kind: "Workflow",
    metadata: { generateName: `${name}-`, labels: labelsOf(version) },
    spec: { workflowTemplateRef: { name }, arguments: { parameters: [{ name: TRIGGER, value: "" }] } },
  };
  // Each event adds its parts to one text of JSON, in this order.
  const parameters = rule.events.flatMap((event, at) =>
    partsOf(event, { isFirst: at === 0, isLast: at === rule.events.length - 1 }),
  );
  return {
    template: {
      name: `start-${at + 1}`,
      conditions: rule.events.map(dependencyName).join(" && "),
      k8s: { operation: "create", source: { resource }, parameters },
    },
  };
}

/**
 * What an event adds. Argo Events hands a template either the event's context or its data, never both. Data go as base64: in
 * whatever they hold neither Argo nor Kubernetes finds something to replace.
 */
function partsOf(
  event: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): object[] {
  const [dependency, dest] = [dependencyName(event), "spec.arguments.parameters.0.value"];
  const context = `"id":{{ .Input.id | toJson }},"publishedAt":{{ .Input.time | toJson }}`;
  return [
    {
      src: {
        dependencyName: dependency,
        contextTemplate: `${isFirst ? '{"events":[' : ","}{"name":${argoJson(event)},${context},"dataBase64":"`,
      },
      dest,
      operation: isFirst ? "overwrite" : "append",
    },
    {
      src: {
        dependencyName: dependency,
        dataTemplate: `{{ .Input.body | toJson | b64enc }}"}${isLast ? "]}" : ""}`,
      },
      dest,
      operation: "append",
    },
  ];
}
