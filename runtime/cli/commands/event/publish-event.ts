import { headlineOf } from "../../../../sdk/base/headline-of.ts";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { checkEvent } from "../../../datastore/check-event.ts";
import { type Datastore, prepareDatastore } from "../../../datastore/datastore.ts";
import { Deployments } from "../../../datastore/deployments.ts";
import { Events } from "../../../datastore/events.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface PublishFlags extends InspectOptions {
  readonly data?: string;
}

/** `event publish`: prints the id of the event, and says who waits for it. */
export function publishEvent(context: StoreContext, name: string, flags: PublishFlags): void {
  const output = context.output(flags);
  const data = checkEvent(name, flags.data === undefined ? null : jsonOf(name, flags.data));
  const store = context.datastore(flags);
  prepareDatastore(store);
  const { username } = context.settings;
  const { id, publishedAt } = new Events(store.storage).publish({ name, data, username });
  store.storage.flush();
  const { on, paused, unknown } = waitingFor(store, name);
  if (output.isJson) output.json({ id, name, publishedAt, deployments: on });
  else output.print(id);
  for (const why of unknown) output.note(output.colors.yellow(`${name} is published; ${why}`));
  if (output.isJson) return;
  if (on.length > 0) output.note(output.colors.dim(`${name} is for ${on.join(", ")}`));
  else if (unknown.length === 0)
    output.note(output.colors.yellow(`no deployment waits for ${name}${besides(paused)}: it starts nothing`));
}

function besides(paused: readonly string[]): string {
  return paused.length === 0 ? "" : ` but ${paused.join(", ")}, paused`;
}

interface WaitingDeployments {
  readonly on: readonly string[];
  readonly paused: readonly string[];
  /** Why it is not known of all of them. */
  readonly unknown: readonly string[];
}

/**
 * Deployments on targets of others are told in their own way. The event is published by then, whatever cannot be read.
 */
function waitingFor(store: Datastore, name: string): WaitingDeployments {
  const found = { on: [] as string[], paused: [] as string[], unknown: [] as string[] };
  try {
    const all = new Deployments(store.storage).all((deployment, error) =>
      found.unknown.push(`the deployment ${deployment} cannot be read: ${headlineOf(error)}`),
    );
    for (const { state, version } of all) {
      if (!version.triggers.events.some(({ events }) => events.includes(name))) continue;
      (state.isPaused ? found.paused : found.on).push(state.name);
    }
  } catch (error) {
    found.unknown.push(`deployments cannot be read: ${headlineOf(error)}`);
  }
  return found;
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_EVENT",
      headline: `Cannot publish ${name} because what --data gives is not JSON: ${messageOf(cause)}`,
      hint: `put it in single quotes, as in --data '{"date": "2026-03-01"}'`,
      cause,
    });
  }
}
