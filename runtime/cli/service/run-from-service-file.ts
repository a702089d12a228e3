import path from "node:path";
import process from "node:process";
import { host } from "../../../sdk/base/host.ts";
import { environment } from "../../config.ts";
import { serviceError } from "../../serving/model/service-error.ts";
import { flowCommand } from "../flow-command.ts";
import type { GivenService } from "../load-cli.ts";
import { packageVersion } from "../package-version.ts";
import { exit, fail, runProgram, surroundings } from "../run-command-line.ts";
import { takeOutputErrors } from "../take-output-errors.ts";
import type { ServiceContext } from "./service-context.ts";
import { serviceProgram } from "./service-program.ts";

/** `npx tsx service.ts COMMAND …`: called for what the file gave to `serve()`. */
export async function runFromServiceFile(
  services: readonly GivenService[],
  serviceFile: string,
  argv: readonly string[],
): Promise<void> {
  takeOutputErrors({ isRunning: argv[0] === "serve" });
  process.exitCode = 0;
  try {
    const [given] = services;
    if (given === undefined || services.length > 1) throw severalServices(services, serviceFile);
    const shown = path.relative(process.cwd(), serviceFile);
    const { argv0, execArgv } = process;
    const started = { argv0, execArgv, variables: environment() };
    const programName = flowCommand(shown.startsWith("..") ? serviceFile : shown, started);
    const packaged = host().packagedService ?? null;
    const context: ServiceContext = { ...surroundings(), flowName: null, programName, ...given, serviceFile, packaged };
    await runProgram(serviceProgram(context, packageVersion()), argv);
  } catch (error) {
    fail(error, argv);
  }
  await exit();
}

function severalServices(services: readonly GivenService[], file: string) {
  const names = services.map(({ Service }) => Service.name).join(", ");
  return serviceError(
    `Cannot choose a service because serve() is called more than once in ${path.basename(file)}: ${names}`,
    { hint: "call it once in each file" },
  );
}
