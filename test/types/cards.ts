import { card, current, FlowSpec, step, type CardComponent, type TaskCard } from "millrace";
import {
  artifact,
  html,
  image,
  lineChart,
  log,
  markdown,
  plot,
  progressBar,
  registerCard,
  row,
  table,
  tabs,
  timeline,
  valueBox,
  vegaChart,
} from "millrace/cards";

registerCard("scores", ({ data, error, step: name }) => [markdown(`${name} ${String(error)}`), table([{ data }])]);
registerCard("one", async () => markdown("one"));
// @ts-expect-error a card is made of components
registerCard("text", () => "text");

@card()
class CardFlow extends FlowSpec {
  rows = [{ movie: "Heat", rating: 4 }];

  @card()
  @card({ id: "training", title: "Training", type: "scores" })
  @card((configs: { title: string }) => ({ id: "other", title: configs.title }))
  @step
  start() {
    const training: TaskCard = current.card.get("training");
    const bar = progressBar({ label: "epochs", max: 20 });
    const loss = lineChart({ x: "epoch", y: ["loss"] });
    const parts: readonly CardComponent[] = [bar, loss, row(markdown("x"), tabs({ a: log() }))];
    training.append(...parts, table(this.rows), image(new Uint8Array(2)), artifact("rows"), html("<b>x</b>"));
    current.card.append(plot({ marks: [{ mark: "dot", data: this.rows }] }), vegaChart({ mark: "bar" }));
    bar.update(3);
    loss.push({ epoch: 1, loss: 2 });
    timeline().push({ label: "load", start: new Date(), end: 4 });
    valueBox({ label: "AUC", value: 0.9 }).update({ value: 0.91 });
    // @ts-expect-error only components stand on a card
    training.append("text");
    // @ts-expect-error a bar takes a number
    bar.update("3");
    // @ts-expect-error a chart takes numbers
    loss.push({ epoch: "1" });
    // @ts-expect-error a card has no such option
    card({ name: "x" });
    this.next(this.end);
  }
  @step end() {}
}
void CardFlow;
