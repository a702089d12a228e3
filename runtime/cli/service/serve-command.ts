import os from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { graceMsIn } from "../../settings/grace-setting.ts";
import { bytesIn } from "../../settings/bytes-in.ts";
import { countOption } from "../count-option.ts";
import { hash } from "../../datastore/shapes/checks.ts";
import { portOption } from "../port-option.ts";
import { type ServeFlags, serveService } from "./serve-service.ts";
import type { ServiceContext } from "./service-context.ts";

const DURATION = "a duration: 500ms, 30s, 5m";

/** `serve`: answers requests until it is asked to end. */
export function serveCommand(context: ServiceContext): Command {
  return new Command("serve")
    .description("answer requests over HTTP until Ctrl-C or SIGTERM")
    .option("--port <n>", "listen on this port; 0 for any that is free", portOption, 3000)
    .option("--host <name>", "listen on this address; 0.0.0.0 for all of this machine", "127.0.0.1")
    .option(
      "--workers <n>",
      "processes that answer, each with its own copy of the model",
      countOption,
      Math.max(os.availableParallelism() - 1, 1),
    )
    .option("--model <version>", "another version of a model: churn@7, churn@production (default: as the class says)")
    .option("--canary <version:share>", "another version that answers a share of the requests: churn@8:10%", canaryOf)
    .option("--shadow <version>", "another version that gets a copy of each request and answers nobody: churn@9")
    .option("--datastore <location>", "folder or bucket of the models (default: the nearest .millrace, here or above)")
    .addOption(
      new Option("--timeout <duration>", "how long an answer may take; a process that takes longer is replaced")
        .argParser(durationOf)
        .default(30_000, "30s"),
    )
    .option("--max-queue <n>", "requests that may wait for a process; one more is answered with 429", countOption, 1000)
    .addOption(
      new Option("--max-body <size>", "size of a request's body at most").argParser(sizeOf).default(10_000_000, "10mb"),
    )
    .option("--log <share>", "share of the requests whose rows are kept for monitor: 0.1 is a tenth", shareOf, 0)
    .addOption(
      new Option("--grace <duration>", "how long answers may take once it was asked to end")
        .argParser(durationOf)
        .default(30_000, "30s"),
    )
    .option(
      "--expect-code <hash>",
      "the code package that should run: /model and models status say whether it does",
      hashOption,
    )
    .option("--json", "print what happens as JSON lines")
    .action(async (flags: ServeFlags) => serveService(context, flags));
}

function hashOption(text: string): string {
  if (hash(text) === null) return text;
  throw new InvalidArgumentError("It must be the hash that package docker prints: 64 hexadecimal digits.");
}

/** No timer takes more. */
const LONGEST_MS = 2 ** 31 - 1;

function durationOf(text: string): number {
  const ms = graceMsIn(text);
  if (ms !== null && ms > LONGEST_MS) throw new InvalidArgumentError("It must be less than 24 days.");
  if (ms !== null && ms > 0) return ms;
  throw new InvalidArgumentError(`It must be ${DURATION}.`);
}

function shareOf(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("It must be a share from 0 to 1, such as 0.1.");
}

/** `churn@8:10%`, or `churn@8:0.1`. */
function canaryOf(text: string): { readonly reference: string; readonly share: number } {
  const [, reference = "", number = "", percent = ""] = /^(.+):([\d.]+)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === "" ? 1 : 100);
  if (reference !== "" && share > 0 && share < 1) return { reference, share };
  throw new InvalidArgumentError("It must be a version and its share of the requests, such as churn@8:10%.");
}

function sizeOf(text: string): number {
  const bytes = bytesIn(text);
  if (bytes !== null) return bytes;
  throw new InvalidArgumentError("It must be a size: 10mb, 500kb, 1gb, or a number of bytes.");
}
