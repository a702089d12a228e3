import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { projectNameOf } from "../../../sdk/decorators/project.ts";
import { parseWith } from "../../../sdk/decorators/parse-with.ts";
import { ownDecoratorsOf } from "../../../sdk/decorators/own-decorators-of.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { ownRuns } from "../../datastore/reader/run-owner.ts";
import { checkNewTags } from "../../datastore/check-new-tags.ts";
import type { Finding } from "../../graph/finding.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import { configuredFields } from "../values/configured-fields.ts";
import type { FlowField } from "../values/flow-fields.ts";
import { inheritedValues } from "../values/inherited-values.ts";
import { strayVariables } from "../values/stray-variables.ts";
import { type OriginRun, readOrigin } from "./read-origin.ts";
import { chosenEngines, type StepEngines } from "../engines/chosen-engines.ts";
import { invalidFlow, readGraph } from "./read-graph.ts";
import { type GivenFields, resolveParameters } from "../values/resolve-parameters.ts";
import { projectPlace } from "../run/project-place.ts";
import { findOrigin, type ResumePoint, stepsToRepeat } from "./resume-point.ts";
import { checkValuesMayChange } from "./check-values-may-change.ts";

export interface PlanRequest {
  readonly Flow: AnyClass;
  /** Absolute path. */
  readonly flowFile: string;
  readonly cwd: string;
  readonly settings: Settings;
  readonly store: Datastore;
  /** Texts of `--with`. */
  readonly added: readonly string[];
  readonly isRemote: boolean;
  /** Files and JSON texts by the name of the configuration. */
  readonly configs: { readonly files: ReadonlyMap<string, string>; readonly values: ReadonlyMap<string, string> };
  readonly parameters: Pick<GivenFields, "texts" | "values" | "late">;
  /** That the user gives the run. */
  readonly tags: readonly string[];
  /** Set for a resume. */
  readonly resume: ResumePoint | null;
}

/** A flow as it is now, with what is settled before its code is bundled. */
export interface FlowPlan {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly cwd: string;
  readonly fields: readonly FlowField[];
  readonly graph: FlowGraph;
  readonly configs: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Fields whose values are not the code's own. */
  readonly given: ReadonlySet<string>;
  readonly engines: StepEngines;
  /** Told before the run starts. */
  readonly warnings?: readonly string[];
}

/** All that is settled before a run starts. */
export interface RunPlan extends FlowPlan {
  readonly tags: readonly string[];
  readonly origin: OriginRun | null;
  /** What `check` warns of. */
  findings(): Promise<readonly Finding[]>;
}

/**
 * Checks and settles what was asked for, whatever the front end. Nothing is started.
 * @throws MillraceError for an unsound graph, an unusable parameter, or a run that cannot be resumed
 */
export async function planRun(request: PlanRequest): Promise<RunPlan> {
  const { Flow, store, flowFile, cwd, resume } = request;
  checkNewTags(request.tags);
  const originRun = resume === null ? null : originOf(resume, request);
  const origins = originRun === null ? null : store.record(Flow.name, originRun).document();
  const givenConfigs = { ...request.configs, flowFile, cwd };
  const inherited =
    origins === null
      ? { configs: {}, parameters: {} }
      : await inheritedValues(Flow, { origin: origins, blobs: store.blobs, given: givenConfigs });
  const configured = await configuredFields(Flow, { ...givenConfigs, inherited: inherited.configs });
  const { fields, configs } = configured;
  const added = request.added.map((text) => parseWith(text, ownDecoratorsOf(Flow)));
  const reading = await readGraph(Flow, { configs, added });
  if (reading.graph === null) throw invalidFlow(Flow.name, reading.findings);
  const { graph } = reading;
  const again = stepsToRepeat(graph, resume?.step ?? null);
  const origin = originRun === null ? null : readOrigin(store, { flow: graph.flow, run: originRun, graph, again });
  const given = { ...request.parameters, inherited: inherited.parameters };
  const parameters = await resolveParameters(fields, { ...given, env: request.settings.env, flowFile, cwd, store });
  if (origin !== null) checkValuesMayChange(origin, { ...reading, ...configured, parameters, store, again });
  return {
    ...{ Flow, flowFile, cwd, fields, graph, configs, parameters, origin },
    tags: request.tags,
    findings: () => reading.warnings(fields),
    given: givenNames(given),
    engines: chosenEngines(graph, { ...request, added }),
    warnings: strayVariables(fields, request.settings.env),
  };
}

function originOf({ run, branch }: ResumePoint, { Flow, store, settings: { username } }: PlanRequest): string {
  const flow = Flow.name;
  // Better its own error than a run that is not found.
  projectPlace(projectNameOf(Flow), { flow, username, ...branch });
  return findOrigin(store, { flow, wanted: run, owner: ownRuns({ username, ...branch }) });
}

/** What has its value from elsewhere than the code. */
export function givenNames({ texts, values, inherited }: Pick<GivenFields, "texts" | "values" | "inherited">) {
  return new Set([...texts.keys(), ...Object.keys(values), ...Object.keys(inherited)]);
}
