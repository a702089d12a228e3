import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { models } from "millrace/models";
import { Commands, type Ended, fileOf } from "./commands.ts";
import { readDepartures } from "./departures.ts";

// The whole way of features on this machine: from the definition to a service that looks them up.
const WITHIN_MS = 600_000;
/** The last day of the data, which the model has not learned from. */
const DAY = "2001-06-30";
const SHOWN = 5;

const datastore = process.env["MILLRACE_DATASTORE"] ?? (await mkdtemp(join(tmpdir(), "demand-")));
const commands = new Commands({ MILLRACE_DATASTORE: datastore });
const changed = new Commands({ MILLRACE_DATASTORE: datastore, DEMAND_USUAL_DAYS: "14" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
setTimeout(() => {
  console.error(`not done within ${WITHIN_MS / 1000} s`);
  process.exit(1);
}, WITHIN_MS).unref();
const definitions = fileOf("features.ts");
const truth = new Map((await readDepartures()).filter(({ at }) => at === DAY).map((one) => [one.airport, one.flights]));

say("1. A flow computes for each day what was known before it began, and learns from that.");
succeeded(await commands.file("flow.ts", "run"));
const model = await models.get("demand@production", { datastore });
const { error = NaN, weekAgo = NaN } = model.metrics;
print(`${String(model)} is wrong by ${error.toFixed(1)} flights in June; "as a week ago" by ${weekAgo.toFixed(1)}`);
for (const { view, version, features } of (await model.lineage()).features)
  print(`it was trained on ${view}, version ${version}: ${features.join(", ")}`);

say(`2. The snapshot that a service looks features up in, as of the morning of ${DAY}.`);
show(await commands.millrace("features", "materialize", definitions, "--until", DAY));

say("3. A service is asked with names of airports alone; it looks up what is known of them.");
const server = await commands.serve("service.ts", "--port", "0", "--workers", "1", "--log", "1");
const body = JSON.stringify([...truth.keys()].map((airport) => ({ airport })));
const response = await fetch(`${server.address}/demand`, { method: "POST", body });
if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
const answers = (await response.json()) as { readonly airport: string; readonly flights: number }[];
for (const { airport, flights } of answers.slice(0, SHOWN))
  print(`${airport}  ${flights} flights expected, ${truth.get(airport) ?? "?"} left`);
const off = answers.reduce((sum, { airport, flights }) => sum + Math.abs(flights - (truth.get(airport) ?? 0)), 0);
print(`${answers.length} airports, wrong by ${(off / answers.length).toFixed(1)} flights`);
show(await commands.millrace("features", "show", "departures"));
const code = await server.stop();
if (code !== 0) throw new Error(`the server ended with ${code ?? "a signal"}`);

say("4. Was the service given what training would have seen?");
show(await commands.millrace("features", "check", definitions, "--model", "demand", "--window", "1h"));

say("5. Somebody changes a definition: the mean of 14 days instead of 28. It is another version,");
show(await changed.millrace("features", "materialize", definitions, "--until", DAY));
print("and no service answers with a model that knows the other one:");
const refused = await changed.file("service.ts", "serve", "--port", "0");
if (refused.code === 0) throw new Error("a service began with features that its model was not trained on");
print(refused.stderr);

say(`6. All processes have ended. MILLRACE_DATASTORE=${datastore} npx millrace ui shows what is left.`);

function say(text: string): void {
  console.log(`\n${text}`);
}

function print(text: string): void {
  console.log(text.trimEnd().replace(/^(?=.)/gm, "   "));
}

function show(ended: Ended): void {
  print(succeeded(ended));
}

function succeeded({ code: status, stdout, stderr }: Ended): string {
  if (status !== 0) throw new Error(`a command ended with ${status ?? "a signal"}:\n${stdout}${stderr}`);
  return stdout;
}
