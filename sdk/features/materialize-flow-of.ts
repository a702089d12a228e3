import { exportedViews } from "../../runtime/catalog/features/exported-views.ts";
import { featureError } from "../../runtime/catalog/features/feature-error.ts";
import { FeatureStore, unlessDamaged } from "../../runtime/catalog/features/online/feature-store.ts";
import { isLater } from "../../runtime/catalog/features/online/is-later.ts";
import { refuseTwin } from "../../runtime/catalog/features/online/refuse-twin.ts";
import {
  type FileShard,
  fileShards,
  givenParts,
  readShard,
  type ReadShard,
  seenSource,
  type SeenSource,
} from "../../runtime/catalog/features/online/seen-source.ts";
import { pinnedViews } from "../../runtime/catalog/features/pinned-view.ts";
import type { ViewSpec } from "../../runtime/catalog/features/view-spec.ts";
import { processSettings } from "../../runtime/config.ts";
import { storeOf } from "../client/client-options.ts";
import { current } from "../current.ts";
import { secrets } from "../decorators/secrets.ts";
import { step } from "../decorators/step.ts";
import type { StepOrClassDecorator } from "../decorators/step-decorator.ts";
import { FlowSpec } from "../flow-spec.ts";
import type { Inputs } from "../inputs.ts";
import { parameter } from "../parameter.ts";
import { type Materialized, materialized } from "./materialized.ts";

/** What the flow tells of a view. */
export interface MaterializedByFlow extends Materialized {
  /** How long its snapshot took, in milliseconds; reading files is apart. */
  readonly tookMs: number;
}

/**
 * The flow that materializes the views of a file: a task for each part of the files that are new or changed.
 *
 * @param definitions - exports of the file
 * @param name - of the flow
 */
export function materializeFlowOf(definitions: Readonly<Record<string, unknown>>, name: string): new () => FlowSpec {
  class MaterializeFlow extends FlowSpec {
    @parameter({ help: "the instant of the snapshots, in milliseconds since 1970" }) until = 0;
    @parameter({ help: "names of the views" }) views: string[] = [];
    @parameter({ help: "also where the snapshot that is there answers for a later instant" }) back = false;
    sources!: SeenSource[];
    shards!: FileShard[];
    /** Null where there was nothing to read. */
    shard!: ReadShard | null;
    made!: MaterializedByFlow[];

    @step async start() {
      const features = new FeatureStore(storeOf({}));
      const sources: SeenSource[] = [];
      for (const view of viewsNamed(definitions, this.views)) {
        refuseTwin(view.name, features);
        const { found: snapshot } = unlessDamaged(() => features.snapshot(view.name));
        if (!this.back && isLater(features, snapshot, this.until)) continue;
        const seen = await seenSource(view, { features, onDamage: tellsOfDamage(view) });
        if (seen !== null) sources.push(seen);
      }
      this.sources = sources;
      this.shards = [...fileShards(sources)];
      this.next(this.read, { foreach: "shards", label: "name" });
    }

    @step async read({ view: of, files }: FileShard) {
      const features = new FeatureStore(storeOf({}));
      const [view] = files.length === 0 ? [] : viewsNamed(definitions, [of]);
      this.shard = view === undefined ? null : await readShard(view, { features, files });
      this.next(this.snapshot);
    }

    @onlineStoreSecret()
    @step
    async snapshot(inputs: Inputs<MaterializeFlow>) {
      const shards = inputs.map(({ shard }) => shard).filter((shard) => shard !== null);
      const sources = inputs[0]?.sources ?? [];
      const store = storeOf({});
      const { until, back } = this;
      const { onlineStore } = processSettings();
      const made: MaterializedByFlow[] = [];
      const asked = viewsNamed(definitions, this.views).map((view) => ({ view }));
      for (const { view } of await pinnedViews(asked)) {
        const startedAt = performance.now();
        const seen = sources.find((source) => source.view === view.name);
        const given = seen === undefined ? null : givenParts(view, { seen, shards });
        if (seen !== undefined && given === null)
          say(`${view.name}: its definition has changed since the run began; its source is read again`);
        const did = await materialized(store, view, {
          ...{ until, back, onlineStore, username: current.username, given: given ?? undefined },
          waits: ({ host, pid }) => say(`${view.name}: process ${pid} on ${host} is at it; waiting for it`),
          onDamage: tellsOfDamage(view),
        });
        made.push({ ...did, tookMs: performance.now() - startedAt });
      }
      this.made = made;
      this.next(this.end);
    }

    @step end() {}
  }
  Object.defineProperty(MaterializeFlow, "name", { value: name });
  return MaterializeFlow;
}

function viewsNamed(definitions: Readonly<Record<string, unknown>>, names: readonly string[]): readonly ViewSpec[] {
  const views = exportedViews(definitions);
  return names.map((name) => {
    const found = views.find((view) => view.name === name);
    if (found !== undefined) return found;
    throw featureError(`the feature view ${name} is not exported by the file any more`, {
      hint: "begin a new run, without --resume",
    });
  });
}

function tellsOfDamage({ name }: ViewSpec): (problem: string) => void {
  return (problem) => say(`${name}: ${problem}; it is made anew`);
}

/** The address of a Redis has its password: handed over to where the step runs, and shown nowhere. */
function onlineStoreSecret(): StepOrClassDecorator {
  const { onlineStore } = processSettings();
  if (onlineStore === null) return () => undefined;
  return secrets({ sources: [{ type: "inline", vars: { MILLRACE_ONLINE_STORE: onlineStore } }] });
}

/** The task's output, which the run shows and keeps. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
