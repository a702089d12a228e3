import { fileURLToPath } from "node:url";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../../runtime/datastore/records.ts";
import { CREDENTIALS } from "../../rigs/aws/stack.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { accountForFile, PRODUCTION } from "./account-for-file.ts";

const FATES = fileURLToPath(new URL("flows/fates.ts", import.meta.url));
const AFTER = fileURLToPath(new URL("flows/after.ts", import.meta.url));
const SLOW = 1_200_000;

describeWith(PRODUCTION, "EventBridge", () => {
  const account = accountForFile();

  test("starts runs at instants, for events and after runs that succeeded, each once", { timeout: SLOW }, async () => {
    const aws = account();
    await aws.ask("deploy", AFTER, "step-functions");
    const deployed = await aws.ask("deploy", FATES, "step-functions");
    const machine = aws.machineOf(deployed);
    // The next minute.
    const [first = ""] = await aws.executions(machine, 1);
    await aws.ask("deployment", "pause", "FatesFlow");
    const { name, status } = await aws.ended(first);
    expect(status).toBe("SUCCEEDED");
    expect(name).toMatch(/^at-\d{8}T\d{4}00Z$/);
    // Told of the same instant again, it starts nothing.
    const before = await aws.executions(machine, 1);
    const instant = name.replace(/^at-(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
    const again = await aws.start(`${machine}-start`, { scheduledAt: instant, overlap: "allow" });
    expect(await aws.ended(again)).toMatchObject({ status: "SUCCEEDED" });
    expect(await aws.executions(machine, before.length)).toEqual(before);

    await aws.ask("deployment", "unpause", "FatesFlow");
    const bridge = new EventBridgeClient({
      endpoint: aws.env["AWS_ENDPOINT_URL"]!,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
    const event = {
      Source: "millrace.events",
      DetailType: "rates-arrived",
      Detail: JSON.stringify({ date: "2026-03-01" }),
    };
    await bridge.send(new PutEventsCommand({ Entries: [event] }));
    const all = await aws.executions(machine, before.length + 1);
    await aws.ask("deployment", "pause", "FatesFlow");
    for (const one of all) expect(await aws.ended(one)).toMatchObject({ status: "SUCCEEDED" });

    const documents = documentsOf(aws.datastore, "FatesFlow");
    const ofInstant = documents.find(({ trigger }) => trigger?.scheduledAt === Date.parse(instant));
    expect(ofInstant).toBeDefined();
    const ofEvent = documents.find(({ trigger }) => (trigger?.events.length ?? 0) > 0);
    expect(ofEvent?.trigger?.events[0]).toMatchObject({ name: "rates-arrived", data: { date: "2026-03-01" } });

    const [after = ""] = await aws.executions(aws.machineOf(await aws.ask("deploy", AFTER, "step-functions")), 1);
    await aws.ended(after);
    const followed = documentsOf(aws.datastore, "AfterFlow").flatMap(({ trigger }) => trigger?.runs ?? []);
    expect(followed).toContain(`FatesFlow/${ofInstant?.run}`);
  });
});

function documentsOf(datastore: string, flow: string): RunDocument[] {
  const store = openDatastore(datastore);
  return store.runs(flow).map((run) => store.record(flow, run).document());
}
