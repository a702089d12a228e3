import { Artifact, Flow, Run, Task } from "../../sdk/client/index.ts";
import { FlowSpec, parameter, step, type Inputs } from "../../sdk/index.ts";

/** What the client knows of a flow whose class it is given. */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<Claim extends true>(): Claim | undefined {
  return undefined;
}

interface Model {
  readonly weights: Float64Array;
}

class TrainFlow extends FlowSpec {
  @parameter() factors = 16;
  shards = ["a", "b"];
  model!: Model;
  #secret = 1;
  _scratch = 2;

  @step start() {
    this.next(this.train, { foreach: "shards" });
  }
  @step train(shard: string) {
    this.model = { weights: new Float64Array(shard.length + this.#secret) };
    this.next(this.pick);
  }
  @step pick(inputs: Inputs<TrainFlow>) {
    this.mergeArtifacts(inputs);
    this.next(this.end);
  }
  @step end() {}
}

export async function typed(): Promise<void> {
  const flow = await Flow.get<TrainFlow>("TrainFlow");
  const run = await flow.latestSuccessfulRun();
  holds<Equal<typeof run.data.model, Promise<Model>>>();
  holds<Equal<keyof typeof run.data, "factors" | "shards" | "model">>();
  const factors: number = run.parameters.factors;
  const { weights } = await run.data.model;
  for await (const task of run.step("train").tasks({ status: "succeeded" })) {
    holds<Equal<typeof task.data.shards, Promise<string[]>>>();
    holds<Equal<typeof task.label, string>>();
    holds<Equal<typeof task.input, Promise<unknown>>>();
    for (const { step: name, index, size, input, label } of await task.foreachStack)
      void [name, index, size, input, label];
    for (const parent of await task.parents()) await parent.data.model;
  }
  // @ts-expect-error there is no such artifact
  void run.data.modl;
  // @ts-expect-error there is no such step
  run.step("trian");
  // @ts-expect-error a status that no run has
  flow.runs({ status: "done" });
  // @ts-expect-error a namespace names its kind
  await Flow.get("TrainFlow", { namespace: "ada" });
  void [factors, weights];
}

export async function untyped(): Promise<void> {
  const run = await Run.get("TrainFlow/latest");
  holds<Equal<(typeof run.data)["anything"], Promise<unknown>>>();
  run.step("whatever");
  const task = await Task.get<TrainFlow>("TrainFlow/latest/train/2");
  holds<Equal<typeof task.data.model, Promise<Model>>>();
  const artifact = await Artifact.get<Model>("TrainFlow/latest/train/2/model");
  holds<Equal<Awaited<ReturnType<typeof artifact.load>>, Model>>();
  const text: string = await task.logs("stdout");
  for (const { time, text: line } of await task.logs().lines()) void [time.getTime(), line.length];
  void text;
}
