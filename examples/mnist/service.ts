import { predict, serve, Service } from "millrace/serving";
import { z } from "zod";
import { PIXELS } from "./digits.ts";
import { guess, type Network } from "./network.ts";

const Image = z.object({ pixels: z.array(z.number().min(0).max(1)).length(PIXELS) });
const Reading = z.object({ digit: z.number().int() });

/** Reads digits with the network that was trained last. */
class DigitService extends Service<Network> {
  static model = "digits@latest";

  /** Compiles the kernels before the first request. */
  override async prepare(): Promise<void> {
    await guess(this.model, new Float32Array(PIXELS));
  }

  @predict({ input: Image, output: Reading, batch: { maxSize: 64, maxWaitMs: 5 } })
  async read(rows: z.infer<typeof Image>[]): Promise<z.infer<typeof Reading>[]> {
    const images = Float32Array.from(rows.flatMap(({ pixels }) => pixels));
    return (await guess(this.model, images)).map((digit) => ({ digit }));
  }
}

serve(DigitService);
