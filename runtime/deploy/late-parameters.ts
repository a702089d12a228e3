import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import type { Triggers } from "../datastore/kinds/deployment.ts";
import { flagName, type FlowField } from "../launch/values/flow-fields.ts";

export interface LateParameterOptions {
  readonly flow: string;
  readonly fields: readonly FlowField[];
  readonly triggers: Triggers;
  /** Names of those that have a value from the deploy. */
  readonly given: ReadonlySet<string>;
}

/**
 * Required parameters that the events bring, which start the runs.
 * @throws MillraceError where a run would start without the value of one, or an event brings what the flow does not take
 */
export function lateParameters({ flow, fields, triggers, given }: LateParameterOptions): ReadonlySet<string> {
  const parameters = fields.filter((field) => field.kind === "parameter");
  refuseUnknown(flow, { names: parameters.map(({ name }) => name), triggers });
  const open = parameters.filter(({ name, options }) => options.required === true && !given.has(name));
  const refused = open.flatMap(({ name }) => {
    const without = startWithout(name, triggers);
    return without === null ? [] : [{ name, without }];
  });
  const [first] = refused;
  if (first === undefined) return new Set(open.map(({ name }) => name));
  throw new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot deploy ${flow} because parameter ${first.name} is required, and ${first.without}`,
    details: refused.slice(1).map(({ name, without }) => `${name}: ${without}`),
    hint: `pass --${flagName(first.name)}, give it a default, or let each trigger bring it: @trigger({ event: "…", parameters: { field: "${first.name}" } })`,
  });
}

/** What starts a run that has no value for the parameter; null where everything brings one. */
function startWithout(parameter: string, { schedules, events, finishes }: Triggers): string | null {
  const [schedule] = schedules;
  if (schedule !== undefined) return `the schedule ${schedule.cron} gives it no value`;
  const [finish] = finishes;
  if (finish !== undefined) return `the end of ${finish.flow} gives it no value`;
  const event = events.find(({ parameters }) => !Object.values(parameters).includes(parameter));
  if (event !== undefined) return `the event ${event.events.join(" + ")} gives it no value`;
  return events.length === 0 ? "nothing gives it a value" : null;
}

function refuseUnknown(flow: string, { names, triggers }: { names: readonly string[]; triggers: Triggers }): void {
  for (const { events, parameters } of triggers.events)
    for (const [field, parameter] of Object.entries(parameters)) {
      if (names.includes(parameter)) continue;
      const near = nearest(parameter, names);
      throw new MillraceError({
        code: "MILLRACE_PARAMETER",
        headline: `Cannot deploy ${flow} because the event ${events.join(" + ")} gives its field ${field} to a parameter that the flow does not have: ${parameter}`,
        hint: near === null ? `its parameters are ${names.join(", ") || "none"}` : `did you mean ${near}?`,
      });
    }
}
