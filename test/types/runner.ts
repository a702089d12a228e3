import { FlowSpec, main, parameter, step } from "../../sdk/index.ts";
import { Runner } from "../../sdk/runner.ts";

/** A Runner knows the fields of its flow, under both dialects. */

class ScoreFlow extends FlowSpec {
  @parameter() factors = 16;
  @parameter({ choices: ["small", "large"] }) size: "small" | "large" = "small";
  @parameter() isQuick = false;
  @parameter() days: readonly string[] = [];

  @step start() {
    this.next(this.end);
  }
  @step end() {}
}
main(ScoreFlow);

export async function runs(): Promise<void> {
  const runner = new Runner(ScoreFlow, { tags: ["nightly"], branch: "spring", production: true, remote: false });
  await runner.run({ factors: 8, size: "large", isQuick: true, days: ["monday"] });
  // @ts-expect-error -- the parameter is a number
  await runner.run({ factors: "8" });
  // @ts-expect-error -- not among what the field can hold
  await runner.run({ size: "huge" });
  // @ts-expect-error -- no field has this name
  await runner.run({ factrs: 8 });
  // @ts-expect-error -- no such option
  new Runner(ScoreFlow, { brnch: "spring" });
  await new Runner("flow.ts").run({ anything: 1 });
}
