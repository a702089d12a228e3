import { catchError, concurrency, FlowSpec, type Inputs, main, parameter, schedule, step, trigger } from "millrace";

/** What can become of it: its container is killed from outside, or a child fails. */
@schedule({ cron: "* * * * *", overlap: "allow" })
@trigger({ event: "rates-arrived", parameters: { date: "date" } })
class FatesFlow extends FlowSpec {
  @parameter() date = "";
  @parameter() width = 2;
  @parameter() fails = false;
  @parameter() hangs = false;

  rows: number[] = [];
  seen = 0;
  note: unknown = null;

  @step
  start() {
    this.rows = Array.from({ length: this.width }, (_, index) => index);
    this.next(this.load, { foreach: "rows" });
  }

  @concurrency({ limit: 4 })
  @step
  load(row: number) {
    this.seen = row;
    const isFixed = process.env["FATES_FIXED"] === "1";
    if (this.fails && row === 1 && !isFixed) throw new Error("row 1 cannot be read");
    this.next(this.gather);
  }

  @step
  gather(inputs: Inputs<FatesFlow>) {
    this.seen = inputs.length;
    this.next(this.wait);
  }

  @catchError({ as: "note" })
  @step
  async wait() {
    if (this.hangs) await new Promise((resolve) => setTimeout(resolve, 300_000));
    this.next(this.end);
  }

  @step
  end() {}
}

main(FatesFlow);
