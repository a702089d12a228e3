import { batch, config, current, FlowSpec, includeFile, main, parameter, step } from "millrace";
import * as v from "valibot";

class ParametersFlow extends FlowSpec {
  @parameter({ help: "step of the descent" }) learningRate = 0.1;
  @parameter names = ["Ada"];
  @parameter sizes = [1];
  @parameter verbose = false;
  @parameter color = true;
  @parameter shape = { depth: 1 };
  @parameter big = 1n;
  @parameter({ choices: ["small", "large"] }) mode = "small";
  @parameter({ schema: v.pipe(v.number(), v.minValue(1)) }) count = 2;
  @parameter({ schema: v.object({ seed: v.number() }) }) seeds = { seed: 1 };
  @parameter({ env: "E2E_TOKEN" }) token = "none";
  @includeFile() note = "note.txt";
  @includeFile({ encoding: null }) bytes = "note.txt" as string | Buffer;
  @config() machine: { gpus: number } = { gpus: 1 };

  refusal!: string;
  shown!: unknown;
  unchanged!: number;

  @batch((configs) => ({ gpu: (configs as { machine: { gpus: number } }).machine.gpus }))
  @step
  start() {
    try {
      this.learningRate = 5;
    } catch (error) {
      this.refusal = (error as Error).message;
    }
    this.unchanged = this.learningRate;
    this.shown = current.parameters;
    this.next(this.end);
  }

  @step end() {}
}

main(ParametersFlow);
