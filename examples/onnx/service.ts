import { predict, serve, Service } from "millrace/serving";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { z } from "zod";
import { Guess, Penguin } from "../penguins/schemas.ts";
import { FEATURES } from "../penguins/softmax.ts";
import type { OnnxModel } from "./flow.ts";

/** Answers with ONNX Runtime: one session in each process, and one call of it for all rows of a batch. */
class PenguinOnnxService extends Service<OnnxModel> {
  static model = "penguins-onnx@production";

  #session!: InferenceSession;

  override async prepare(): Promise<void> {
    this.#session = await InferenceSession.create(this.model.onnx);
  }

  @predict({ input: Penguin, output: Guess, batch: { maxSize: 64, maxWaitMs: 2 } })
  async tell(rows: z.infer<typeof Penguin>[]): Promise<z.infer<typeof Guess>[]> {
    const { species } = this.model;
    const x = Float32Array.from(rows.flatMap((row) => FEATURES.map((name) => row[name])));
    const { probabilities } = await this.#session.run({ x: new Tensor("float32", x, [rows.length, FEATURES.length]) });
    const values = (probabilities?.data ?? []) as Float32Array;
    return rows.map((_, row) => {
      const own = values.slice(row * species.length, (row + 1) * species.length);
      const probability = own.reduce((a, b) => Math.max(a, b));
      return { species: species[own.indexOf(probability)] ?? "", probability };
    });
  }
}

serve(PenguinOnnxService);
