import process from "node:process";
import { processSettings } from "../../runtime/config.ts";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { launchRelease } from "../../runtime/launch/launch-release.ts";
import { resolveRunOptions } from "../../runtime/launch/run/run-options.ts";

// A process that knows a flow by the name of its release alone: release-program.ts STORE RELEASE '{"parameter": "text"}'.
const [location = "", release = "", given = "{}"] = process.argv.slice(2);

const settings = processSettings();
const texts = Object.entries(JSON.parse(given) as Record<string, string>);
const run = await launchRelease({
  store: openDatastore(location),
  settings,
  release,
  parameters: {
    texts: new Map(texts.map(([name, text]) => [name, { texts: [text], source: `parameter ${name}` }])),
    values: {},
  },
  tags: ["from-release"],
  cwd: process.cwd(),
  options: resolveRunOptions({ maxWorkers: 2 }, settings),
  programName: "millrace",
  millraceVersion: "0.0.0",
  on: {
    installing: () => undefined,
    created: () => undefined,
    event: () => undefined,
    log: ({ text }) => process.stderr.write(`${text}\n`),
    waits: () => undefined,
    warning: (text) => process.stderr.write(`warning: ${text}\n`),
  },
});
const { status } = await run.finished;
process.stdout.write(JSON.stringify({ run: run.document.run, pid: process.pid, status }));
