import type { EventRule } from "../../../sdk/base/triggers.ts";
import type { DeployedVersion } from "../deployer.ts";
import { argoName } from "./argo-name.ts";
import type { ArgoObject } from "./argo-object.ts";
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
  { version }: DeployedVersion,
  { rule, at }: { readonly rule: EventRule; readonly at: number },
): object {
  const name = argoName(version.deployment);
  const resource = {
    apiVersion: ARGO_VERSION,
    kind: "Workflow",
    metadata: { generateName: `${name}-`, labels: labelsOf(version) },
    spec: { workflowTemplateRef: { name }, arguments: { parameters: [{ name: TRIGGER, value: "" }] } },
  };
  const last = rule.events.length - 1;
  // Each event adds its part to one text of JSON, in this order.
  const parameters = rule.events.map((event, index) => ({
    src: {
      dependencyName: dependencyName(event),
      dataTemplate: [
        index === 0 ? '{"events":[' : ",",
        eventText(event),
        index === last ? `]${parametersText(rule)}}` : "",
      ].join(""),
    },
    dest: "spec.arguments.parameters.0.value",
    operation: index === 0 ? "overwrite" : "append",
  }));
  return {
    template: {
      name: `start-${at + 1}`,
      conditions: rule.events.map(dependencyName).join(" && "),
      k8s: { operation: "create", source: { resource }, parameters },
    },
  };
}

function eventText(event: string): string {
  const time = '{{ toDate "2006-01-02T15:04:05Z07:00" .Input.context.time | unixEpoch }}000';
  return `{"id":{{ .Input.context.id | toJson }},"name":${JSON.stringify(event)},"data":{{ .Input.body | toJson }},"publishedAt":${time}}`;
}

/** Of the last of the events: rules that take parameters of several are refused. */
function parametersText({ parameters }: EventRule): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return "";
  const texts = entries.map(([field, name]) => {
    const value = `(index .Input.body ${JSON.stringify(field)} | toString | toJson)`;
    return `${JSON.stringify(name)}:{{ ${value} }}`;
  });
  return `,"parameters":{${texts.join(",")}}`;
}

/** A name that can stand in an expression. */
function dependencyName(event: string): string {
  return event.replaceAll(/[^A-Za-z0-9_-]/g, "-");
}
