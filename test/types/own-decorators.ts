import { decorator, FlowSpec, step } from "../../sdk/index.ts";
import * as valibot from "valibot";
/** Decorators that a flow makes itself, under both dialects. */
const timed = decorator({
  name: "timed",
  options: { unit: "ms", limit: 10 },
  settings: (options) => ({ timeout: { seconds: options.limit }, env: { vars: { UNIT: options.unit } } }),
  before({ stepName, attempt, options }) {
    const text: string = options.unit;
    console.log(stepName.length + attempt + options.limit, text);
  },
  async around(next, task) {
    await next();
    if (task.flow instanceof TimedFlow) task.flow.seconds = 1;
  },
  after(task, { status, error, durationMs }) {
    console.log(task.pathspec, status === "caught", error, durationMs.toFixed());
  },
});
const limited = decorator({
  name: "limited",
  options: valibot.object({ rows: valibot.optional(valibot.number(), 100), table: valibot.string() }),
  before({ options }) {
    console.log(options.rows.toFixed(), options.table.length);
  },
});
const bare = decorator({ name: "bare" });

@timed
@bare()
@limited({ table: "films" })
class TimedFlow extends FlowSpec {
  seconds = 0;
  @timed @step start() {
    this.next(this.middle);
  }
  @timed() @bare @step middle() {
    this.next(this.end);
  }
  @timed({ unit: "s" }) @limited({ table: "x", rows: 3 }) @step end() {}
}

@timed({ limit: 5 })
class SubFlow extends TimedFlow {
  // @ts-expect-error no such option
  @timed({ units: "s" }) @step a() {}
  // @ts-expect-error an option has the type of its default
  @timed({ limit: "long" }) @step b() {}
  // @ts-expect-error the schema wants a table
  @limited({ rows: 3 }) @step c() {}
  // @ts-expect-error it takes no options
  @bare({ unit: "s" }) @step d() {}
  // @ts-expect-error a field is no step
  @timed() field = 1;
}

// @ts-expect-error settings are those of decorators that exist
decorator({ name: "x", settings: { retry: { time: 1 } } });
// @ts-expect-error a decorator has a name
decorator({ before() {} });

export { SubFlow };
