import { loadCli } from "../../runtime/cli/load-cli.ts";
import { callerFile } from "../base/caller-file.ts";
import { host } from "../base/host.ts";
import { isEntryPoint } from "../base/is-entry-point.ts";
import type { AnyClass } from "../base/metadata.ts";
import { watchLoading } from "../watch-loading.ts";
import { predictFlowOf } from "./predict-flow-of.ts";
import type { ServiceClass } from "./service.ts";

/**
 * Starts the command line of a service, if the file that calls it is the program's entry point: `tsx service.ts serve`
 * answers requests. A file that a test or another file imports does nothing here.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { predict, serve, Service } from "millrace/serving";
 *
 * class Doubling extends Service {
 *   @predict({ input: z.number(), output: z.number() })
 *   double(rows: number[]): number[] {
 *     return rows.map((row) => row * 2);
 *   }
 * }
 *
 * serve(Doubling); // tsx service.ts serve, then: curl localhost:3000/double -d '[1, 2]'
 * ```
 */
export function serve(service: ServiceClass): void {
  const { serve: take, main } = host();
  if (take !== undefined) return take(service);
  // Whoever evaluates a flow's file gets the flow that answers files.
  if (main !== undefined) return main(predictFlowOf(service));
  const file = callerFile(serve);
  if (file === null || !isEntryPoint(file)) return;
  const given = (host().givenServices ??= []);
  if (given.push(service) > 1) return;
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  // The rest of the file is evaluated first: `serve` need not be its last line.
  setImmediate(() => void startCli(given, file));
}

async function startCli(given: readonly AnyClass[], file: string): Promise<void> {
  try {
    const services = given.map((Service) => ({
      Service,
      predictFlow: () => predictFlowOf(Service as ServiceClass),
    }));
    await loadCli().runFromServiceFile(services, file, process.argv.slice(2));
  } catch (error) {
    // The CLI reports its own errors; what arrives here is a broken installation.
    setImmediate(() => {
      throw error;
    });
  }
}

watchLoading();
