import { cache, checkpoint, current, FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** The flow whose runs are kept in `v1/store`. They are resumed for ever: do not change it. */
class HarvestFlow extends FlowSpec {
  @parameter({ help: "tons a field" }) tons = 3;
  crops = ["wheat", "rye", "spelt"];
  prices!: Float64Array;
  fields!: Map<string, { readonly hectares: number; readonly sownAt: Date }>;
  crop!: string;
  yield!: number;
  yields!: Record<string, number>;
  total!: bigint;

  @step start() {
    this.prices = Float64Array.from({ length: 300 }, (_, day) => 100 + day / 4);
    this.fields = new Map(
      this.crops.map((crop, index) => [
        crop,
        { hectares: index + 0.5, sownAt: new Date(Date.UTC(2026, 2, index + 1)) },
      ]),
    );
    this.next(this.reap, { foreach: "crops" });
  }

  @cache({ key: "golden" })
  @step
  reap(crop: string) {
    console.log(`reaping ${crop}`);
    this.crop = crop;
    this.yield = crop.length * this.tons;
    this.next(this.store);
  }

  @checkpoint()
  @step
  store(inputs: Inputs<HarvestFlow>) {
    this.mergeArtifacts(inputs, { include: ["prices", "fields"] });
    this.yields = Object.fromEntries(inputs.map((task) => [task.crop, task.yield]));
    current.checkpoint.save({ weighed: Object.keys(this.yields), scale: new Float32Array([0.5, 1.5]) });
    console.error("wägte alles");
    this.total = BigInt(Object.values(this.yields).reduce((sum, tons) => sum + tons, 0));
    this.next(this.end);
  }

  @step end() {
    // Without a stack the record names no folder of the machine that made it.
    if (process.env.GOLDEN_FAILS === "1") throw Object.assign(new Error("hail"), { stack: "Error: hail" });
    console.log(`${this.total} t`);
  }
}

main(HarvestFlow);
