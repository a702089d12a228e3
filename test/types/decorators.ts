import {
  batch,
  cache,
  catchError,
  checkpoint,
  config,
  current,
  docker,
  env,
  FlowSpec,
  includeFile,
  main,
  parameter,
  queue,
  resources,
  retry,
  schedule,
  secrets,
  step,
  timeout,
  trigger,
  triggerOnFinish,
  type Inputs,
} from "../../sdk/index.ts";
import * as valibot from "valibot";

/** Decorators as users write them, under both dialects. */

class DecoratedFlow extends FlowSpec {
  @parameter({ help: "number of latent factors", choices: [8, 16] }) factors = 16;
  @parameter verbose = false;
  @parameter({ required: true, schema: valibot.number() }) rate!: number;
  @parameter() readonly name: string = "x";
  @parameter({ choices: [1, 2] }) private readonly folds = 2;
  @parameter({ schema: valibot.optional(valibot.picklist(["adam", "sgd"])) }) optimizer = "adam";
  @includeFile({ encoding: "latin1" }) rules = "rules.txt";
  @config({ file: "machine.json" }) machine = { gpus: 1 };

  problem: unknown;
  score = 0;

  @retry({ times: 2, delay: "1.5s", maxDelay: 60, backoff: 2, on: (error) => error instanceof TypeError })
  @timeout({ minutes: 5 })
  @catchError({ as: "problem" })
  @step({ start: true })
  async begin() {
    await Promise.resolve([current.pathspec, this.folds]);
    this.next(this.fitA, this.fitB);
  }

  @env({ packages: { "ml-matrix": "6.10.4" }, vars: { SEED: "7" }, node: "22" })
  @resources({ cpu: 2, disk: 10_000 })
  @step
  fitA() {
    this.next(this.ensemble);
  }

  @batch((configs) => ({ gpu: configs.machine.gpus, memory: 16_000 }))
  @docker({ image: "node:22", mounts: ["/data:/data"] })
  @retry()
  @step
  fitB() {
    this.next(this.ensemble);
  }

  @step ensemble(inputs: Inputs<DecoratedFlow>) {
    this.score = inputs.fitA.score;
    this.next(this.finish);
  }
  @step({ end: true }) finish() {}
}

@env({ vars: { TZ: "UTC" } })
@retry({ times: 2 })
@timeout({ hours: 1 })
@resources({ cpu: 2 })
@secrets({ sources: [{ type: "env-file", path: ".env" }] })
@batch({ queue: "training" })
@cache()
@checkpoint()
class EveryStepFlow extends FlowSpec {
  @timeout({ minutes: 1 }) @step({ start: true, end: true }) only() {}
}

@docker((configs) => ({ image: configs.image }))
class InContainersFlow extends EveryStepFlow {}

// @ts-expect-error an error is caught for one step: before the class it would be for those that split, too
@catchError({ as: "problem" })
class CatchingFlow extends FlowSpec {}

// @ts-expect-error a class is no step
@step
class SteppingFlow extends FlowSpec {}

// @ts-expect-error unknown option
@retry({ time: 2 })
class MistypedFlow extends FlowSpec {}

// @ts-expect-error an annotating decorator is called
@retry
class BareFlow extends FlowSpec {}

class MisusedFlow extends FlowSpec {
  // @ts-expect-error a field is no step
  @step field = 1;
  // @ts-expect-error a field is no step, not even one that holds a function
  @step arrow = () => {};
  // @ts-expect-error an annotating decorator is called
  @config bare = 1;
  // @ts-expect-error a parameter is a field
  @parameter() method() {}
  // @ts-expect-error a step returns nothing
  @step returning(): number {
    return 1;
  }
  // @ts-expect-error a step takes one argument at most
  @step two(a: number, b: number) {
    void [a, b];
  }
  // @ts-expect-error unknown option
  @retry({ time: 2 }) @step a() {}
  // @ts-expect-error a delay is a number of seconds or has a unit
  @retry({ delay: "soon" }) @step b() {}
  // @ts-expect-error memory is a number of MB
  @batch({ memory: "16GB" }) @step c() {}
  // @ts-expect-error options are needed
  @timeout() @step d() {}
  // @ts-expect-error an annotating decorator is called
  @retry @step e() {}
  // @ts-expect-error it holds for steps, not for fields
  @retry() count = 1;
}

step(DecoratedFlow.prototype, "begin", Object.getOwnPropertyDescriptor(DecoratedFlow.prototype, "begin"));
main(DecoratedFlow);
// @ts-expect-error a flow extends FlowSpec
main(class {});

export { BareFlow, CatchingFlow, InContainersFlow, MistypedFlow, MisusedFlow, SteppingFlow };

@schedule({ cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "all", overlap: "queue" })
@schedule({ weekly: true })
@trigger({ event: "rates-arrived", parameters: { day: "date" }, policy: "batch" })
@trigger({ events: ["a", "b"] })
@triggerOnFinish({ flow: "EtlFlow" })
@queue({ name: "nightly", priority: 5 })
class DeployedFlow extends FlowSpec {
  @step({ start: true, end: true }) start() {}
}

// @ts-expect-error: the parentheses are missing
@schedule
// @ts-expect-error: no such way to catch up
@schedule({ daily: true, catchUp: "some" })
// @ts-expect-error: a queue has a name
@queue({ priority: 5 })
// @ts-expect-error: a flow is named, not given
@triggerOnFinish({ flow: DeployedFlow })
class WronglyDeployedFlow extends FlowSpec {
  @step({ start: true, end: true }) start() {}
}

main(DeployedFlow);
void WronglyDeployedFlow;
