import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { type Blobs, hashOf } from "./blobs.ts";
import type { ArtifactRef, ArtifactTable, RECORD_FORMAT, RunDocument } from "./records.ts";
import type { RunShipment } from "./shipment.ts";

/**
 * All that runs of one version of a flow have in common: from it a run can be begun and driven where the class has never
 * been loaded. A blob, named after its hash.
 */
export interface ReleaseDocument {
  readonly format: typeof RECORD_FORMAT;
  readonly flow: string;
  /** With the settings of each step, those of `--with` included. */
  readonly graph: FlowGraph;
  /** Blob of the code package. */
  readonly code: string;
  /** The flow file, relative to the package's root. */
  readonly flowFile: string;
  /** Where both lay on the machine that made the release: tasks that run on that machine find their packages there. */
  readonly place: { readonly root: string; readonly file: string };
  readonly stepCode: RunDocument["stepCode"];
  readonly reach?: NonNullable<RunDocument["reach"]>;
  readonly environments: RunDocument["environments"];
  /** What containers get beside the code; missing where no step runs in one. */
  readonly shipment?: RunShipment;
  readonly configs: ArtifactTable;
  readonly parameters: readonly ParameterDefinition[];
  /** Name of the `@project`. */
  readonly project: string | null;
  /** What `@onExit` has a hook for: the hooks themselves are in the code. */
  readonly exitHooks: readonly ("success" | "error")[];
  /** Where the secrets of a step come from, by step; never what they are. */
  readonly secrets: Readonly<Record<string, readonly SecretOrigin[]>>;
  /** The engine of each step that does not run on the launcher's machine. */
  readonly engines: Readonly<Record<string, string>>;
  readonly versions: RunDocument["versions"];
  /** Where the code stood in Git; null where it lay in no repository. Missing from what the first versions wrote. */
  readonly git?: GitState | null;
}

/** What Git said of the code when a release of it was made. */
export interface GitState {
  /** Hash of the commit that was checked out. */
  readonly commit: string;
  /** The branch that was checked out; null for none. */
  readonly branch: string | null;
  /** Whether files differed from the commit, new ones included; null where Git could not be asked in time. */
  readonly isDirty: boolean | null;
}

/** How a run gets the value of one field. */
export type ParameterDefinition =
  | {
      readonly kind: "parameter";
      readonly name: string;
      /** Null where there is none, or where it is only in the code. */
      readonly default: ArtifactRef | null;
      /** A list of the only values that are allowed. */
      readonly choices: ArtifactRef | null;
      /** Environment variable that gives the value, where the code names one. */
      readonly env: string | null;
      readonly isRequired: boolean;
      /** It has a schema, or a default that cannot be stored or was not used: what values it takes, only the code knows. */
      readonly isInCode: boolean;
    }
  | {
      readonly kind: "includeFile";
      readonly name: string;
      /** The content of the file that the code names, as it was when the release was made; null where none was used. */
      readonly default: ArtifactRef | null;
      /** Null keeps bytes. */
      readonly encoding: string | null;
    };

export type SecretOrigin =
  /** What names a place, and no value. */
  | Exclude<SecretSource, { readonly type: "inline" }>
  /** Variables whose values the code computes. */
  | { readonly type: "inline"; readonly names: readonly string[] };

/** Begins to store a release; gives its name. */
export function putRelease(blobs: Blobs, document: ReleaseDocument): string {
  const bytes = Buffer.from(JSON.stringify(document));
  const hash = hashOf([bytes]);
  blobs.put(hash, [bytes]);
  return hash;
}
