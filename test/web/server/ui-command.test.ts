import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SampleRun, sampleStore, WHOLE } from "../../datastore/sample-store.ts";
import { millrace, ROOT, temporaryFolder } from "../../rigs/harness.ts";
import { startMillrace } from "../../rigs/started-command.ts";
import { request, startPage } from "./served-page.ts";

function sample(): string {
  const { store, folder, remove } = sampleStore();
  onTestFinished(remove);
  new SampleRun(store, "r1").events(...WHOLE);
  return folder;
}

async function takenPort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("ui prints one line with its address, and needs no flow file", async () => {
  const datastore = sample();
  const page = await startPage([], { datastore });
  expect(page.command.text()).toBe(`Millrace shows ${datastore} at ${page.address} (Ctrl-C ends it)\n`);
  expect((await page.ask("/")).text).toContain("<title>Millrace</title>");
});

test("ui --json prints its address as JSON", async () => {
  const datastore = sample();
  const page = await startPage(["--json", "--read-only"], { datastore });
  expect(JSON.parse(page.command.stdout())).toEqual({ address: page.address, datastore, isReadOnly: true });
});

test("ui RUN opens on that run", async () => {
  const page = await startPage(["Sample/r1"], { datastore: sample() });
  expect(page.address).toBe(`${page.origin}/runs/Sample/r1`);
  const ofFlow = startMillrace(["ui", path.join(ROOT, "examples/hello.ts"), "--port", "0"], { datastore: sample() });
  await ofFlow.said(/http:\/\/127\.0\.0\.1:\d+\/ /);
});

test("a port that is asked for and taken is an error; without one the next free one is taken", async () => {
  const datastore = sample();
  const refused = await millrace(["ui", "--port", String(await takenPort())], { datastore });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("the port is taken")]);
  const [one, other] = [0, 1].map(() => startMillrace(["ui"], { datastore }));
  const addresses = [];
  for (const command of [one!, other!]) {
    await command.said(/http:\/\/\S+/);
    const address = /http:\/\/\S+/.exec(command.text())![0];
    expect((await request(new URL(address).origin, "/api/runs")).status).toBe(200);
    addresses.push(address);
  }
  expect(new Set(addresses).size).toBe(2);
});

test("--open does no harm where there is no browser", async () => {
  const page = await startPage(["--open"], { datastore: sample(), env: { PATH: temporaryFolder() } });
  await page.command.said("no browser could be opened");
  expect((await page.ask("/api/runs")).status).toBe(200);
});

test("a run that there is not, and more than one to open on, are errors", async () => {
  const datastore = sample();
  expect((await millrace(["ui", "Sample/r9"], { datastore })).code).not.toBe(0);
  const several = await millrace(["ui", "Sample/r1", "Sample/r1"], { datastore });
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining("--export")]);
});
