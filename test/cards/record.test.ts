import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Run } from "../../sdk/client/index.ts";
import { cardsKind, parseCardLine } from "../../runtime/datastore/kinds/cards.ts";
import { millrace } from "../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../rigs/project.ts";

const KEY = "flows/F/r/cards/fit/1-0.jsonl";
const HASH = "a".repeat(64);

test("a line names the blobs of its components", () => {
  const changes = [
    { put: 1, kind: "image", data: {}, bytes: HASH },
    { put: 2, kind: "table", blob: "b".repeat(64) },
    { push: 2, items: [[1]] },
    { card: "training", adds: [1, 2] },
  ];
  const line = parseCardLine(JSON.stringify({ format: 1, time: 0, changes }), KEY);
  expect([...(cardsKind.references?.(line) ?? [])]).toMatchObject([
    { to: "blob", hash: HASH },
    { to: "blob", hash: "b".repeat(64) },
  ]);
});

test.each([
  ["a change that is none", [{ drop: 1 }]],
  ["a component without a kind", [{ put: 1 }]],
  ["a blob that is a path", [{ put: 1, kind: "image", bytes: "../../etc/passwd" }]],
  ["a number that is none", [{ put: "1", kind: "log" }]],
  ["a card that is a path", [{ card: "../x", adds: [1] }]],
  ["items that are no list", [{ push: 1, items: {} }]],
  ["changes that are no list", { put: 1 }],
])("a line with %s is damaged", (_, changes) => {
  const line = JSON.stringify({ format: 1, time: 0, changes });
  expect(() => parseCardLine(line, KEY)).toThrow("it is not what belongs there");
});

const FLOW = `import { card, current, FlowSpec, main, step } from "millrace";
import { image, table } from "millrace/cards";
class PictureFlow extends FlowSpec {
  @card({ id: "shown" })
  @step start() {
    const rows = Array.from({ length: 3000 }, (_, id) => ({ id, text: "row number " + id }));
    current.card.append(image(Buffer.from("89504e470d0a1a0a", "hex")), table(rows));
    this.next(this.end);
  }
  @step end() {}
}
main(PictureFlow);
`;

test("gc keeps what cards of kept runs name and fsck says which card lacks a blob", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const datastore = path.join(cwd, "store");
  const command = (...args: string[]) => millrace(args, { cwd, datastore });
  for (let at = 0; at < 2; at += 1) expect((await command("run", "flow.ts")).code).toBe(0);
  const collected = await command("gc", "--keep", "1");
  expect(collected.code, collected.stderr).toBe(0);
  const task = async () => (await Run.get("PictureFlow/latest", { datastore })).step("start").task();
  const html = async () => (await (await task()).cards())[0]?.html();
  expect(await html()).toMatch(/src="data:image\/png;base64,iVBORw0KGgo=".*row number 999</s);
  const blobs = path.join(datastore, "blobs/sha256");
  const [line = ""] = fs.readFileSync(cardsFile(datastore), "utf8").split("\n");
  const [, picture = ""] = /"bytes":"([0-9a-f]{64})"/.exec(line) ?? [];
  fs.rmSync(path.join(blobs, picture.slice(0, 2), picture.slice(2)));
  expect(await html()).toMatch(/image<\/b> cannot be shown: Cannot read blob .*row number 999</s);
  const checked = await command("fsck");
  expect(checked.code).toBe(1);
  expect(checked.stdout + checked.stderr).toMatch(/cards\/start\/1-0\.jsonl/);
});

function cardsFile(datastore: string): string {
  const files = fs.readdirSync(datastore, { recursive: true, encoding: "utf8" });
  return path.join(datastore, files.find((file) => file.endsWith("1-0.jsonl") && file.includes("cards")) ?? "");
}
