import path from "node:path";
import * as sdk from "../../sdk/index.ts";
import { appendAll } from "../../sdk/base/append-all.ts";
import { host } from "../../sdk/base/host.ts";
import { brokenInvariant, MillraceError } from "../../sdk/base/millrace-error.ts";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import type { Blobs } from "../datastore/blobs.ts";
import { processSettings } from "../config.ts";
import { type Datastore, openDatastore } from "../datastore/datastore.ts";
import type { AttemptResult, ResultLocator, RunDocument } from "../datastore/records.ts";
import type { RunRecord } from "../datastore/run-record.ts";
import type { Storage } from "../datastore/storage.ts";
import { loadPackage } from "../package/load-package.ts";
import { readCodePackage } from "../package/read-code-package.ts";
import { ownFile } from "../own-file.ts";
import { type Redactor, redactor } from "../secrets/redactor.ts";
import type { WorkerSetup } from "../task/worker-command.ts";
import type { SourceMapper } from "./source-mapper.ts";

/** What stays in a worker from task to task: the run, its store, its compiled code. Never a value of the flow's. */
export interface LoadedFlow {
  readonly setup: WorkerSetup;
  readonly document: RunDocument;
  readonly record: RunRecord;
  readonly blobs: Blobs;
  /**
   * Commits an attempt of this process.
   * @param before - the result that its task went on from, of a join the first; undefined for the start
   */
  commit(result: AttemptResult, before: ResultLocator | undefined): ResultLocator;
  /** Evaluates the flow's modules afresh and gives its class. */
  evaluate(): Promise<FlowClass>;
  resultAt(locator: ResultLocator): AttemptResult;
  /** The record of an earlier run of the flow. */
  recordOf(run: string): RunRecord;
  readonly storage: Storage;
  /** Masks the secrets that the run began with. */
  readonly redactor?: Redactor | null;
  readonly store: Datastore;
  /** Whether the run's own code names `millrace/features`, also where no step of this process loads it. */
  readonly hasFeatures: boolean;
  /** What the first instance of this process showed: whether field initializers read the configuration. */
  readonly initializers: { readConfigs?: boolean };
}

export type FlowClass = new () => object;

const SCRIPT_NAME = "millrace-flow.js";
/** Results that many tasks of a worker have in common, such as the one that split. */
const KEPT_RESULTS = 8;

export interface LoadFlowOptions {
  readonly mapper: SourceMapper;
  /** Told before a package is first loaded while a step runs; the returned function is told after. */
  readonly loading?: () => () => void;
}

export async function loadFlow(setup: WorkerSetup, { mapper, loading }: LoadFlowOptions): Promise<LoadedFlow> {
  const store = openDatastore(setup.datastore, {
    settings: processSettings().store,
    isDurable: setup.isDurable === true,
  });
  host().datastore = setup.datastore;
  // In place: it is among what is put back after each task.
  appendAll(process.execArgv, setup.forkOptions ?? []);
  const { flow, run } = setup;
  const record = setup.isSpin === true ? store.spin(flow, run) : store.record(flow, run);
  const document = record.documentOf(setup.documentHash);
  const code = readCodePackage(store.blobs, document.code);
  // esbuild names sources relative to the package's root.
  mapper.install({
    name: SCRIPT_NAME,
    map: code.map,
    toFile: (source) => path.resolve(setup.sourceRoot ?? setup.root, source),
  });
  host().fileOfClass = (Flow) => mapper.fileOf(String(Flow), code.script);
  const evaluate = await loadPackage(code, {
    root: setup.root,
    scriptName: SCRIPT_NAME,
    own: { millrace: sdk },
    // A container has one Millrace, the run's: also where the project has another, or is itself called so.
    home: setup.isContained === true ? ownFile("worker.js") : null,
    environment: setup.environment,
    ...(loading === undefined ? {} : { loading }),
  });
  const results = record.resultWriter(setup.resultsBy);
  const kept = new Map<ResultLocator, AttemptResult>();
  const keep = (locator: ResultLocator, result: AttemptResult) => {
    kept.delete(locator);
    kept.set(locator, result);
    if (kept.size > KEPT_RESULTS) kept.delete(kept.keys().next().value ?? "");
    return result;
  };
  const resultAt = (locator: ResultLocator) => keep(locator, kept.get(locator) ?? record.resultAt(locator));

  return {
    setup,
    document,
    record,
    blobs: store.blobs,
    storage: store.storage,
    redactor: redactor(setup.masks ?? []),
    store,
    hasFeatures: code.script.includes("millrace/features"),
    initializers: {},
    recordOf: (run) => store.record(setup.flow, run),
    commit(result, before) {
      const based = record.based(result, before === undefined ? null : resultAt(before));
      const locator = results.write(based);
      // The next task often continues this one, in this process.
      keep(locator, based);
      return locator;
    },
    async evaluate() {
      const given: AnyClass[] = [];
      host().main = (flow) => given.push(flow);
      host().decorators = undefined;
      try {
        const exports = await evaluate();
        // Imported files are evaluated first: of two classes with one name the file's own comes last.
        return flowNamed(setup.flow, [...given.reverse(), ...Object.values(exports)]);
      } finally {
        host().main = undefined;
      }
    },
    resultAt,
  };
}

function flowNamed(name: string, candidates: readonly unknown[]): FlowClass {
  const found = candidates.find((one) => typeof one === "function" && one.name === name);
  if (found !== undefined) return found as FlowClass;
  if (candidates.length === 0) throw brokenInvariant(`the code package gives no class ${name}`);
  throw new MillraceError({
    code: "MILLRACE_NO_FLOW",
    headline: `Cannot find the flow ${name} in its file because it is neither exported nor given to main()`,
    hint: `end the file with main(${name}), or export the class`,
  });
}
