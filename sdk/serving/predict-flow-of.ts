import type { RowFormat, Shard } from "../../runtime/serving/files/shards-of.ts";
import { loadAnswering } from "../../runtime/serving/load-answering.ts";
import { host } from "../base/host.ts";
import { step } from "../decorators/step.ts";
import { FlowSpec } from "../flow-spec.ts";
import { includeFile } from "../include-file.ts";
import type { Inputs } from "../inputs.ts";
import { parameter } from "../parameter.ts";
import type { ServiceClass } from "./service.ts";

/** The flow that answers the rows of a file with a service: a task for each part of the file. */
export function predictFlowOf(service: ServiceClass): new () => FlowSpec {
  class PredictFlow extends FlowSpec {
    @includeFile({ help: "the rows" }) rows = "rows.jsonl";
    @parameter({ help: "jsonl or csv" }) format = "jsonl";
    @parameter({ help: "method of the service" }) method = "";
    @parameter({ help: "name of the model; empty for none" }) model = "";
    @parameter({ help: "number of its version" }) modelVersion = 0;
    @parameter({ help: "rows for each task" }) rowsPerTask = 10_000;
    shards!: Shard[];
    answers!: string;
    errors!: string;
    answered!: number;
    refused!: number;

    @step start() {
      const { predictionsOf, rowSchema, shardsOf } = loadAnswering("files");
      const [prediction] = predictionsOf(service).filter(({ name }) => name === this.method);
      const schema = prediction === undefined ? {} : rowSchema(prediction);
      this.shards = shardsOf(this.rows, { format: this.format as RowFormat, schema, size: this.rowsPerTask });
      this.next(this.predict, { foreach: "shards" });
    }

    @step async predict(shard: Shard) {
      const { model: name, modelVersion: number, method } = this;
      const { datastore = "" } = host();
      const { answerShard, preparedService } = loadAnswering("files");
      const loaded = await preparedService(service, name === "" ? null : { name, number, datastore });
      const prediction = loaded.predictions.get(method);
      if (prediction === undefined) throw new Error(`the service has no method ${method}`);
      Object.assign(this, await answerShard({ service: loaded.service, prediction }, shard));
      this.next(this.count);
    }

    @step count(inputs: Inputs<PredictFlow>) {
      this.answered = inputs.reduce((sum, { answered }) => sum + answered, 0);
      this.refused = inputs.reduce((sum, { refused }) => sum + refused, 0);
      this.next(this.end);
    }

    @step end() {}
  }
  Object.defineProperty(PredictFlow, "name", { value: `${service.name}Predict` });
  return PredictFlow;
}
