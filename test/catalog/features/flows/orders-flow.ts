import "millrace/arrow";
import { type Table, tableFromArrays } from "apache-arrow";
import { FlowSpec, main, parameter, step } from "millrace";

/** Leaves the orders of a customer in all shapes of a table, and something that is none. */
class OrdersFlow extends FlowSpec {
  @parameter() amount = 1;
  orders!: object[];
  columns!: object;
  table!: Table;
  total!: number;

  @step start() {
    if (this.amount < 0) throw new Error("no orders today");
    const at = ["2026-03-01", "2026-03-02"].map((day) => new Date(day));
    const amount = [this.amount, null];
    this.columns = { id: ["a", "a"], at, amount };
    this.table = tableFromArrays({ id: ["a", "a"], at, amount });
    this.orders = amount.map((one, row) => ({ id: "a", at: at[row], amount: one }));
    this.total = this.amount;
    this.next(this.end);
  }

  @step end() {}
}

main(OrdersFlow);
