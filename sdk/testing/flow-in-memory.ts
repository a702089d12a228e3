import path from "node:path";
import process from "node:process";
import { packageVersion } from "../../runtime/cli/package-version.ts";
import { processSettings } from "../../runtime/config.ts";
import { datastoreOn } from "../../runtime/datastore/datastore.ts";
import { documentHash } from "../../runtime/datastore/run-record.ts";
import { configuredFields } from "../../runtime/launch/values/configured-fields.ts";
import { projectPlace } from "../../runtime/launch/run/project-place.ts";
import { invalidFlow, readGraph } from "../../runtime/launch/plan/read-graph.ts";
import { resolveParameters } from "../../runtime/launch/values/resolve-parameters.ts";
import { storeRelease } from "../../runtime/launch/release/store-release.ts";
import { begin } from "../../runtime/launch/run/begin.ts";
import { RUN_DEFAULTS } from "../../runtime/launch/run/run-options.ts";
import type { FlowClass, LoadedFlow } from "../../runtime/worker/load-flow.ts";
import { MillraceError } from "../base/millrace-error.ts";
import type { AnyClass } from "../base/metadata.ts";
import { nearest } from "../base/nearest.ts";
import { configTexts } from "./config-texts.ts";
import { fileOfClass } from "./flow-source.ts";
import { recordedTrigger } from "./given-trigger.ts";
import { memoryStorage } from "./memory-storage.ts";
import type { StepTestOptions } from "./step-test-options.ts";

const NO_CODE = { format: 1, script: "", map: "", imports: [], files: {}, isAsync: false } as const;

/** A run that exists in memory alone, as a worker would load it. */
export async function flowInMemory(
  Flow: AnyClass,
  { step, options }: { step: string; options: StepTestOptions<unknown> },
): Promise<LoadedFlow> {
  const cwd = process.cwd();
  const flowFile = fileOfClass(Flow) ?? path.join(cwd, "flow");
  const at = { flowFile, cwd };
  const given = { files: new Map<string, string>(), values: configTexts(options.config ?? {}), ...at };
  const { fields, configs } = await configuredFields(Flow, given);
  const { graph, findings } = await readGraph(Flow, { configs, added: [] });
  if (graph === null) throw invalidFlow(Flow.name, findings);
  const names = graph.steps.map(({ name }) => name);
  if (!names.includes(step)) throw unknownStep(step, { flow: graph.flow, names });
  const values = options.parameters ?? {};
  const parameters = await resolveParameters(fields, {
    ...{ texts: new Map(), values, inherited: {}, env: {}, store: null },
    ...at,
  });

  const store = datastoreOn(memoryStorage());
  const release = storeRelease(store.blobs, {
    plan: {
      Flow,
      flowFile,
      fields,
      graph,
      configs,
      parameters,
      given: new Set(Object.keys(values)),
      engines: new Map(),
    },
    bundle: { code: { ...NO_CODE, flowFile: path.basename(flowFile) }, root: path.dirname(flowFile) },
    millraceVersion: packageVersion(),
  });
  const { username } = processSettings();
  const { document, record } = begin(release, {
    ...{ store, parameters, username, tags: [], originRun: null, millraceVersion: packageVersion() },
    project: projectPlace(release.document.project, { flow: graph.flow, username }),
    deployed: options.trigger === undefined ? undefined : { trigger: recordedTrigger(options.trigger) },
  });
  const results = record.resultWriter();
  return {
    setup: {
      datastore: store.storage.location,
      flow: graph.flow,
      run: document.run,
      documentHash: documentHash(document),
      root: path.dirname(flowFile),
      environment: null,
      engine: "local",
      maxSplits: RUN_DEFAULTS.maxSplits,
    },
    document,
    record,
    blobs: store.blobs,
    storage: store.storage,
    store,
    hasFeatures: true,
    initializers: {},
    recordOf: (run) => store.record(graph.flow, run),
    commit: (result) => results.write(record.based(result, null)),
    evaluate: () => Promise.resolve(Flow as FlowClass),
    resultAt: (locator) => record.resultAt(locator),
  };
}

function unknownStep(step: string, { flow, names }: { flow: string; names: readonly string[] }): MillraceError {
  const near = nearest(step, names);
  return new MillraceError({
    code: "MILLRACE_TEST",
    headline: `Cannot test step ${step} because ${flow} has no such step`,
    details: [`steps: ${names.join(", ")}`],
    hint: near === null ? "name one of these steps" : `did you mean ${near}?`,
  });
}
