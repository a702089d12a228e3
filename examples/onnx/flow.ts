import { current, FlowSpec, includeFile, main, step } from "millrace";
import { fit, type Measures } from "../penguins/softmax.ts";
import { onnxFile } from "./onnx-file.ts";

/** What is registered: a model that any runtime for ONNX can run, and what its columns mean. */
export interface OnnxModel {
  readonly onnx: Buffer;
  readonly species: readonly string[];
}

/** Trains a model, and registers it as an ONNX file. */
class PenguinOnnxFlow extends FlowSpec {
  @includeFile({ help: "penguins as JSON lines" }) data = "../penguins/penguins.jsonl";

  model!: OnnxModel;

  @step start() {
    const rows = this.data
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Measures & { species: string });
    const trained = fit(rows, { epochs: 200, learningRate: 0.5 });
    this.model = { onnx: onnxFile(trained), species: trained.species };
    this.next(this.end);
  }

  @step end() {
    current.registerModel("penguins-onnx", {
      artifact: "model",
      metrics: { bytes: this.model.onnx.length },
      description: "softmax regression as an ONNX file",
    });
  }
}

main(PenguinOnnxFlow);
