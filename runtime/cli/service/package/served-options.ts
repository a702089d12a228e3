import { CommanderError } from "commander";
import { serviceError } from "../../../serving/model/service-error.ts";
import { serveCommand } from "../serve-command.ts";
import type { ServeFlags } from "../serve-service.ts";
import type { ServiceContext } from "../service-context.ts";

/** What the manifest says itself. */
const OWN = { host: "--host", datastore: "--datastore", expectCode: "--expect-code", json: "--json" } as const;

/** What `serve` makes of options that a manifest gives it. @throws MillraceError where it would refuse them */
export function servedOptions(
  context: ServiceContext,
  given: readonly string[],
): { readonly flags: ServeFlags; readonly hasWorkers: boolean } {
  const command = serveCommand(context)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  command.action(() => undefined);
  try {
    command.parse([...given], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw refused(error.message.replace(/^error: /, ""));
  }
  const isGiven = (name: string) => command.getOptionValueSource(name) === "cli";
  for (const [name, option] of Object.entries(OWN))
    if (isGiven(name)) throw refused(`${option} is what the manifest says itself`);
  return { flags: command.opts<ServeFlags>(), hasWorkers: isGiven("workers") };
}

function refused(because: string) {
  return serviceError(`Cannot write a manifest because serve would not take these options: ${because}`, {
    hint: "what follows -- are options of serve: -- --log 0.1 --workers 2",
  });
}
