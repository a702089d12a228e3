import { Command, InvalidArgumentError } from "commander";
import { ownProgram } from "../../../own-program.ts";
import type { StoreContext } from "../../cli-context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { InstallFlags, ListenAddress, SchedulerFlags } from "./flags.ts";

/** `scheduler`: fires and runs what was deployed with `deploy local`; `scheduler install`: as a service of systemd. */
export function schedulerCommand(context: StoreContext): Command {
  const command = options(new Command("scheduler"))
    .description("fire the schedules and events of local deployments and run them, until Ctrl-C")
    .addHelpText("after", `\nExample: ${context.programName} scheduler --slots 4 --listen 127.0.0.1:8070`)
    .action(async (flags: SchedulerFlags) => {
      await program().runScheduler(context, flags);
    });
  const install = options(new Command("install"))
    .description("write a unit of systemd that keeps a scheduler running")
    .option("--user", "for your own systemd, without root")
    .option("--out <file>", "write the unit into this file instead")
    .action((_: unknown, self: Command) => {
      program().installScheduler(context, self.optsWithGlobals<InstallFlags>());
    });
  return command.addCommand(install);
}

function options(command: Command): Command {
  return withInspectOptions(
    command
      .option("--slots <n>", "drive this many runs at once (default: the number of cores)", slotsOf)
      .option("--listen <host:port>", "take events at POST /events/NAME, with MILLRACE_EVENT_TOKEN", addressOf),
  );
}

/** Large, and of no use to other commands: a script of its own. */
function program(): typeof import("./run.ts") {
  return ownProgram("scheduler", "command") as typeof import("./run.ts");
}

function slotsOf(text: string): number {
  const slots = Number(text);
  if (/^\d{1,4}$/.test(text) && slots >= 1) return slots;
  throw new InvalidArgumentError("It must be a whole number from 1 to 9999.");
}

function addressOf(text: string): ListenAddress {
  const [, named = "", port = ""] = /^(?:(.*):)?(\d{1,5})$/.exec(text) ?? [];
  const host = named.replace(/^\[(.*)\]$/, "$1");
  if (port !== "" && Number(port) < 65_536) return { host: host === "" ? "127.0.0.1" : host, port: Number(port) };
  throw new InvalidArgumentError("It must be a port or host:port, as in 127.0.0.1:8070.");
}
