import { constructFlow, type ConstructionEvent, type FieldReads } from "../../../sdk/base/construct-flow.ts";
import { type AnyClass, fieldsOf } from "../../../sdk/base/metadata.ts";
import { configNames, fieldsIn, type FlowField } from "./flow-fields.ts";
import { frozenCopy } from "./frozen-copy.ts";
import { type GivenConfigs, refuseUnknownConfigs, resolveConfig } from "./resolve-config.ts";

/** A flow's fields, as they are under a configuration. */
export interface ConfiguredFields {
  readonly fields: readonly FlowField[];
  /** Values of the configurations. */
  readonly configs: Readonly<Record<string, unknown>>;
  /** What each field's initializer read of the others. */
  readonly reads: FieldReads;
}

/**
 * Settles the configuration first, then what other initializers make of it. A configuration's own initializer may read
 * another one, and reading one that is not settled yet may throw: so instances are made until all are.
 * @throws MillraceError for a configuration that cannot be used, or what an initializer throws
 */
export async function configuredFields(Flow: AnyClass, given: GivenConfigs): Promise<ConfiguredFields> {
  const declared = [...fieldsOf(Flow).values()];
  const names = configNames(declared);
  refuseUnknownConfigs(names, given);
  if (declared.length === 0) return { fields: [], configs: {}, reads: new Map() };
  const configs: Record<string, unknown> = {};
  for (;;) {
    const made = constructFlow(Flow, { names, values: configs });
    const fields = fieldsIn(declared, made);
    const settle = async (settled: (name: string) => boolean) => {
      for (const field of fields)
        if (field.kind === "config" && settled(field.name))
          configs[field.name] = frozenCopy(await resolveConfig(field, given));
    };
    const ready = readyIn(made.events.filter(({ name }) => !Object.hasOwn(configs, name)));
    if (ready.size > 0) await settle((name) => ready.has(name));
    else if (made.instance === null) throw made.error;
    else {
      // Declared without an initializer, and never read.
      await settle((name) => !Object.hasOwn(configs, name));
      return { fields, configs, reads: made.reads };
    }
  }
}

/** Those that were initialized before one was read which is not settled; else that one. */
function readyIn(events: readonly ConstructionEvent[]): ReadonlySet<string> {
  const firstRead = events.findIndex(({ isRead }) => isRead);
  const ready = firstRead < 0 ? events : events.slice(0, Math.max(firstRead, 1));
  return new Set(ready.map(({ name }) => name));
}
