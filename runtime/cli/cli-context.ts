import type { AnyClass } from "../../sdk/base/metadata.ts";
import type { EarlyWorker } from "../engines/local/spawn-worker.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { Bundle } from "../package/bundle.ts";
import type { Settings } from "../settings/read-settings.ts";
import type { FlowField } from "../launch/values/flow-fields.ts";
import type { Output } from "./output.ts";

/** What a command about a datastore gets: how to reach store and user. */
export interface StoreContext {
  /** The flow that is meant where none is named; null without a flow file. */
  readonly flowName: string | null;
  readonly cwd: string;
  readonly settings: Settings;
  /** How the user names this program, for help and hints: `npx tsx flow.ts` or `npx millrace`. */
  readonly programName: string;
  output(options: { json?: boolean | undefined }): Output;
  datastore(options: { datastore?: string | undefined; durable?: boolean | undefined }): Datastore;
}

/** What a command about a flow gets on top of that. */
export interface CliContext extends StoreContext {
  readonly Flow: AnyClass;
  readonly flowName: string;
  /** Absolute path. */
  readonly flowFile: string;
  /** Its parameters, included files and configuration, as the command line shows and reads them. */
  readonly fields: readonly FlowField[];
  /** The flow file's bundle, where the flow was read from it. */
  readonly bundle: Bundle | null;
  /** A worker that is starting already, where the command will need one. */
  readonly early: EarlyWorker | null;
}
