import { predict, serve, Service } from "millrace/serving";
import type { z } from "zod";
import { Guess, Penguin } from "./schemas.ts";
import { probabilities, type SoftmaxModel } from "./softmax.ts";

class PenguinService extends Service<SoftmaxModel> {
  static model = "penguins@production";

  @predict({ input: Penguin, output: Guess, batch: { maxSize: 64 } })
  tell(rows: z.infer<typeof Penguin>[]): z.infer<typeof Guess>[] {
    return rows.map((row) => {
      const scores = probabilities(this.model, row);
      const probability = scores.reduce((a, b) => Math.max(a, b));
      return { species: this.model.species[scores.indexOf(probability)] ?? "", probability };
    });
  }
}

serve(PenguinService);
