import { createHash } from "node:crypto";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { card, catchError, current, FlowSpec, type Inputs, main, step } from "millrace";
import { image, lineChart, progressBar } from "millrace/cards";

/** What a step tells is on its way to the store for less than a second; on a busy machine, for some. */
const UNTIL_STORED_MS = 5000;

/** Each step is one trial of a backend. */
class TrialsFlow extends FlowSpec {
  word!: string;
  items = ["a", "b"];
  at!: unknown;
  problem: Error | undefined;

  @step start() {
    this.word = "hello";
    this.next(
      this.speaks,
      this.logs,
      this.logsAndDies,
      this.shows,
      this.showsAndDies,
      this.fails,
      this.dies,
      this.exits,
      this.waits,
      this.spins,
      this.risks,
      this.fans,
      this.musters,
      this.gathers,
      this.reports,
      this.measures,
    );
  }

  @step speaks() {
    for (let at = 0; at < 200; at += 1) {
      console.log(`${this.word} ${at}`);
      console.error(`aside ${at}`);
    }
    process.stdout.write("äöü €, in two ");
    process.stdout.write("pieces");
    this.next(this.end);
  }

  @step async logs() {
    for (let epoch = 0; epoch < 30; epoch += 1) {
      current.log({ loss: 1 / (epoch + 1), accuracy: epoch / 30 }, { step: epoch * 10 });
      if (epoch % 10 === 0) await sleep(5);
    }
    current.log({ loss: NaN });
    this.next(this.end);
  }

  @step async logsAndDies() {
    for (let row = 0; row < 500; row += 1) current.log({ loss: row });
    await sleep(UNTIL_STORED_MS);
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
    this.next(this.end);
  }

  @card({ id: "training" })
  @step
  async shows() {
    const bar = progressBar({ label: "epochs", max: 30 });
    const loss = lineChart({ x: "epoch", y: "loss" });
    current.card.append(bar, loss, image(Buffer.from("89504e470d0a1a0a", "hex")));
    for (let epoch = 0; epoch < 30; epoch += 1) {
      bar.update(epoch + 1);
      loss.push({ epoch, loss: 1 / (epoch + 1) });
      if (epoch % 10 === 0) await sleep(5);
    }
    this.next(this.end);
  }

  @card({ id: "training" })
  @step
  async showsAndDies() {
    const loss = lineChart({ x: "row", y: "loss" });
    current.card.append(loss);
    for (let row = 0; row < 500; row += 1) loss.push({ row, loss: row });
    await sleep(UNTIL_STORED_MS);
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
    this.next(this.end);
  }

  @step fails() {
    console.log("about to fail");
    if (current.attempt >= 0) throw new RangeError(`no ${this.word}`);
    this.next(this.end);
  }

  @step async dies() {
    console.log("about to die");
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
    this.next(this.end);
  }

  @step exits() {
    console.log("about to exit");
    if (current.attempt >= 0) process.exit(3);
    this.next(this.end);
  }

  @step async waits() {
    console.log("waiting");
    await sleep(600_000, undefined, { signal: current.signal });
    this.next(this.end);
  }

  @step async reports() {
    for (let row = 0; row <= 500; row += 1) current.progress(row / 1000, `row ${row}`);
    await sleep(600_000, undefined, { signal: current.signal });
    this.next(this.end);
  }

  @step measures() {
    console.log("measuring");
    for (let row = 0; row <= 1000; row += 1) current.progress(row / 1000, `row ${row}`);
    console.log("measured");
    this.next(this.end);
  }

  @step spins() {
    console.log("spinning");
    while (current.attempt >= 0);
    this.next(this.end);
  }

  @catchError({ as: "problem" })
  @step
  risks() {
    this.word = "risked";
    if (current.attempt >= 0) throw new Error(`attempt ${current.attempt} fails`);
    this.next(this.end);
  }

  @step fans() {
    this.next(this.places, { foreach: "items" });
  }

  @step places(item: string) {
    this.at = { item, index: this.index, task: current.taskId, attempt: current.attempt, engine: current.engine };
    this.next(this.placed);
  }

  @step placed(_inputs: Inputs<TrialsFlow>) {
    this.next(this.end);
  }

  @step musters() {
    this.next(this.serves, { numParallel: 2 });
  }

  @step serves() {
    const { numNodes, nodeIndex } = current.parallel;
    this.at = { numNodes, nodeIndex };
    this.next(this.served);
  }

  @step served(_inputs: Inputs<TrialsFlow>) {
    this.next(this.end);
  }

  @step gathers() {
    this.next(this.talks, { numParallel: 3 });
  }

  /** The first member adds up what the others send it. */
  @step async talks() {
    const { mainHost, nodeIndex, numNodes } = current.parallel;
    const port = 20_000 + (parseInt(createHash("sha256").update(current.runId).digest("hex").slice(0, 6), 16) % 10_000);
    this.at = nodeIndex === 0 ? await collected(port, numNodes - 1) : await sent(nodeIndex, { host: mainHost, port });
    this.next(this.talked);
  }

  @step talked(_inputs: Inputs<TrialsFlow>) {
    this.next(this.end);
  }

  @step end(_inputs: Inputs<TrialsFlow>) {}
}

function collected(port: number, count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const values: number[] = [];
    const server = net.createServer((socket) => {
      socket
        .on("error", () => undefined)
        .on("data", (data) => {
          values.push(Number(data));
          socket.end("taken");
          if (values.length < count) return;
          server.close();
          resolve(values.sort());
        });
    });
    server.on("error", reject).listen(port);
  });
}

/** The first member may not listen yet. */
async function sent(value: number, at: { host: string; port: number }): Promise<string> {
  for (;;) {
    const answer = await new Promise<string>((resolve) => {
      let said = "";
      const socket = net.connect(at, () => socket.write(String(value)));
      socket.on("data", (data) => (said += String(data))).on("error", () => undefined);
      socket.on("close", () => resolve(said));
    });
    if (answer !== "") return answer;
    await sleep(50, undefined, { signal: current.signal });
  }
}

main(TrialsFlow);
