import type { AnyClass } from "../../sdk/base/metadata.ts";
import type { EarlyWorker } from "../engines/local/spawn-worker.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { Bundle } from "../package/bundle.ts";
import type { Output } from "./output.ts";

/** What every command gets: the flow it is about, and how to reach store and user. */
export interface CliContext {
  readonly Flow: AnyClass;
  readonly flowName: string;
  /** Absolute path. */
  readonly flowFile: string;
  readonly cwd: string;
  /** How the user names this program, for help and hints: `tsx flow.ts` or `millrace`. */
  readonly programName: string;
  /** The flow file's bundle, where the flow was read from it. */
  readonly bundle: Bundle | null;
  /** A worker that is starting already, where the command will need one. */
  readonly early: EarlyWorker | null;
  output(options: { json?: boolean | undefined }): Output;
  datastore(options: { datastore?: string | undefined; durable?: boolean | undefined }): Datastore;
}
