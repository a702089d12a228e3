import type { Command } from "commander";
import pc from "picocolors";
import type { CliContext } from "../../runtime/cli/cli-context.ts";
import { readSettings } from "../../runtime/settings/read-settings.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";

/** Runs commands of the flow `Sample` in this process, and keeps what they print: results, notes, JSON. */
export class Captured {
  text = "";
  notes = "";
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into what JSON gives freely
  readonly json: any[] = [];
  readonly #store: () => Datastore;

  constructor(store: () => Datastore) {
    this.#store = store;
  }

  async run(make: (context: CliContext) => Command, ...argv: string[]): Promise<this> {
    const command = make({
      Flow: class Sample {},
      flowName: "Sample",
      flowFile: "/flow.ts",
      cwd: "/",
      settings: readSettings({ MILLRACE_USER: "ada" }, "/"),
      fields: [],
      bundle: null,
      early: null,
      programName: "millrace",
      output: ({ json }) => ({
        print: (text) => void (this.text += `${text}\n`),
        raw: (text) => void (this.text += text),
        transient: () => undefined,
        clear: () => undefined,
        drained: () => Promise.resolve(),
        note: (text) => void (this.notes += `${text}\n`),
        json: (value) => void this.json.push(JSON.parse(JSON.stringify(value))),
        isJson: json === true,
        colors: pc.createColors(false),
        isLive: false,
      }),
      datastore: this.#store,
    });
    await throwing(command).parseAsync(argv, { from: "user" });
    return this;
  }
}

/** A mistake is thrown instead of printed, also by the commands of a command. */
function throwing(command: Command): Command {
  for (const one of command.commands) throwing(one);
  return command.exitOverride().configureOutput({ writeErr: () => undefined });
}
