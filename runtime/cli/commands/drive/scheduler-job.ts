/** The program of a job that drives a detached run: see `bootstrap.ts`. */
import process from "node:process";
import { environment, setVariables } from "../../../config.ts";
import { NOTHING, readHandedOver } from "../../../engines/container/handed-over.ts";
import { JOB_VARIABLES } from "../../../engines/container/job-variables.ts";
import { loadCli } from "../../load-cli.ts";

const { datastore, drive, handedOver } = JOB_VARIABLES;
const env = environment();
const handed = env[handedOver] === undefined ? NOTHING : await readHandedOver(process.stdin);
setVariables(handed.variables);
process.argv.splice(1, Infinity, "millrace", "drive", env[drive] ?? "", "--datastore", env[datastore] ?? "");
await loadCli().runBin(process.argv.slice(2));
