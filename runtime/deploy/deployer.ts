import type { Datastore } from "../datastore/datastore.ts";
import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";
import type { ReleaseDocument } from "../datastore/release-document.ts";
import type { EngineSettingTable } from "../engines/engine.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { Settings } from "../settings/read-settings.ts";
import type { WrittenInstant } from "./triggers/read-instant.ts";
import type { Frame } from "./frames/frame.ts";

/**
 * What a target of deployments says of itself: who starts the runs of a deployed flow, and executes them. To add one, write
 * a folder with such an object and give it a row in `index.ts`.
 */
export interface DeployTarget {
  /** As the command `deploy` names it. */
  readonly name: string;
  /** Completes "Cannot deploy F …": `to Step Functions`. */
  readonly where: string;
  /** A line of the help. */
  readonly title: string;
  /** What can be set for it: variables, and keys of `millrace.config.json`. */
  readonly settings: EngineSettingTable;
  /** The engine of steps for which neither a decorator nor `--with` names one; `local` for processes of a machine. */
  readonly engine: string;
  /** What `trigger` gives: the id of a run, or the target's own name of an execution, which is going to begin the run. */
  readonly starts: "run" | "execution";
  /** Loads what it is made of. */
  load(): Promise<Deployer>;
}

export interface Deployer {
  /** Why the target cannot run the flow: all reasons. Nothing of it is ever approximated. */
  refusals(plan: DeploymentPlan): readonly TargetRefusal[];
  /** Exactly one document: what would be installed, for people and for `kubectl apply` and its like. Touches nothing. */
  spec(plan: DeploymentPlan): string;
  /** Called again for the same version, it leaves the same. A plan that is paused is never on meanwhile. */
  install(plan: DeploymentPlan): Promise<Installation>;
  setPaused(of: DeployedVersion, paused: boolean): Promise<void>;
  /** @returns what the user is told: what it cannot reach, and is still there */
  remove(of: DeployedVersion): Promise<readonly string[]>;
  /**
   * Starts a run by hand.
   * @param parameters - over those of the version
   * @returns see {@link DeployTarget.starts}
   */
  trigger(of: DeployedVersion, parameters: Readonly<Record<string, string>>): Promise<string>;
  /** Queues a run for each instant of a span of the past, each once; absent where the target cannot. */
  backfill?(of: DeployedVersion, span: BackfillSpan): Promise<readonly BackfilledInstant[]>;
}

export interface BackfillSpan {
  /** The first instant that counts. */
  readonly from: WrittenInstant;
  /** The first one that does not. */
  readonly to: WrittenInstant;
  /** Most of its runs at once; null for no limit of its own. */
  readonly maxActive: number | null;
  readonly now: number;
}

export interface BackfilledInstant {
  readonly instant: number;
  readonly run: string;
  /** False where its run was there before. */
  readonly isNew: boolean;
}

export interface TargetRefusal {
  /** Null for what is about the flow as a whole. */
  readonly step: string | null;
  readonly reason: string;
}

export interface Installation {
  /** JSON: names and addresses of what the target made; null where it made nothing. */
  readonly installed: unknown;
  /** What the user is told of it. */
  readonly lines: readonly string[];
}

export interface DeployedVersion {
  readonly version: DeploymentVersion;
  readonly store: Datastore;
  readonly settings: Settings;
}

export interface DeploymentPlan extends DeployedVersion {
  readonly name: string;
  /** With the number that it is going to have. */
  readonly version: DeploymentVersion;
  readonly graph: FlowGraph;
  readonly release: ReleaseDocument;
  readonly frame: Frame;
  /** What the version that this one replaces has made, wherever that is; null where it replaces none. */
  readonly before?: unknown;
  /** It is not to run anything until it is unpaused. @defaultValue false */
  readonly isPaused?: boolean;
  /** That of the step's decorator or of `--with`, else the target's own. */
  engineOf(step: string): string;
}
