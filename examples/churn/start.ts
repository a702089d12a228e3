import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { models } from "millrace/models";
import { heldOutOf, readCustomers } from "./customers.ts";
import { type Background, Commands, fileOf } from "./processes.ts";
import { Traffic } from "./traffic.ts";

// The whole loop on this machine, from the first model to the one that replaces it because customers have changed.
const WITHIN_MS = 600_000;
const OLDEST_AT_FIRST = 29;

const datastore = process.env["MILLRACE_DATASTORE"] ?? (await mkdtemp(join(tmpdir(), "churn-")));
const commands = new Commands(datastore);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
setTimeout(() => {
  console.error(`not done within ${WITHIN_MS / 1000} s`);
  process.exit(1);
}, WITHIN_MS).unref();

const everybody = heldOutOf(readCustomers(await readFile(fileOf("customers.csv"), "utf8")));
const young = everybody.filter(({ age }) => age <= OLDEST_AT_FIRST);

say("1. A flow trains the first model on customers under 30 and puts it into production.");
await succeed(fileOf("flow.ts"), "run", "--oldest", String(OLDEST_AT_FIRST));
const first = await models.get("churn@production", { datastore });
show(await succeed("logs", "ChurnFlow/latest"));

say("2. The same flow is deployed to train again on drift; the scheduler and a server begin.");
const scheduler = commands.begin("scheduler", "--json");
await news(scheduler, "began");
show(await succeed("deploy", fileOf("flow.ts"), "local"));
const server = commands.beginFile("service.ts", "serve", "--port", "0", "--workers", "1", "--log", "1", "--json");
const { address = "" } = await news(server, "listening");
show(`${address} answers with ${String(first)}`);
const traffic = new Traffic({ address, datastore });

say(`3. It is asked about ${young.length} customers under 30 that it has not learned from.`);
await traffic.askAll(young);
if (traffic.failed > 0) throw new Error(`${traffic.failed} requests failed`);
show(await report("churn", young.length));

say("4. The tariff opens to all ages, and requests are no longer as in training: an alarm publishes an event.");
const alarm = drifted();
await traffic.askUntil(alarm, everybody);
show(await alarm);

say("5. The event starts the flow, which trains on all customers and promotes the model if it is better.");
const retrained = news(scheduler, "ended", "given-up");
await traffic.askUntil(retrained, everybody);
const { run = "", status = "was given up" } = await retrained;
show(await succeed("logs", `ChurnFlow/${run}`));
if (status !== "succeeded") throw new Error(`ChurnFlow/${run} ${status}`);

say("6. The server takes the new version up while it answers.");
const swapped = traffic.otherThan(String(first));
await traffic.askUntil(swapped, everybody);
const { model, requestId } = await swapped;
show(`${model} answers now; of ${traffic.answers.length} requests so far ${traffic.failed} failed`);

say(`7. ${model} is asked about ${everybody.length} customers of all ages that it has not learned from.`);
const before = traffic.answers.filter((answer) => answer.model === model).length;
await traffic.askAll(everybody);
show(await report(model, before + everybody.length));

say(
  `8. Which model answered the request ${requestId}? Its header x-model says ${model}. From which run, code and data?`,
);
show(await succeed("models", "show", model));
show(await succeed("models", "history", "churn"));

const codes = [await server.stop(), await scheduler.stop()];
if (codes.some((code) => code !== 0)) throw new Error(`the server and the scheduler ended with ${codes.join(" and ")}`);
say(`9. The server and the scheduler have ended. MILLRACE_DATASTORE=${datastore} npx millrace ui shows what is left.`);

function say(text: string): void {
  console.log(`\n${text}`);
}

function show(text: string): void {
  console.log(text.replace(/^(?=.)/gm, "   "));
}

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await commands.millrace(...args);
  if (code !== 0) throw new Error(`millrace ${args.join(" ")} ended with ${code ?? "a signal"}:\n${stdout}${stderr}`);
  return stdout;
}

/** What `monitor` says once the log has that many of the requests, without publishing anything. */
async function report(reference: string, requests: number): Promise<string> {
  for (;;) {
    const stdout = await monitor(reference, "--window", "15m", "--no-publish");
    const rows = /: (\d+) rows against/.exec(stdout)?.[1];
    if (Number(rows) >= requests) return stdout;
    await pause(500);
  }
}

/** What `monitor` says at the first alarm: it judges each five seconds that are over. In real life it would be a day. */
async function drifted(): Promise<string> {
  for (;;) {
    const stdout = await monitor("churn", "--window", "5s");
    if (/drift:churn is published for \d/.test(stdout)) return stdout;
    await pause(2000);
  }
}

/** It ends with 1 if something has drifted, and if it fails. */
async function monitor(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await commands.millrace("monitor", ...args);
  if (code === 0 || (code === 1 && /^DRIFT/m.test(stdout))) return stdout;
  throw new Error(`millrace monitor ${args.join(" ")} ended with ${code ?? "a signal"}:\n${stdout}${stderr}`);
}

/** The first line of one of these types. */
async function news(of: Background, ...types: string[]): Promise<{ address?: string; run?: string; status?: string }> {
  const line = await of.line((text) => types.includes((JSON.parse(text) as { type: string }).type));
  return JSON.parse(line) as { address?: string; run?: string; status?: string };
}
