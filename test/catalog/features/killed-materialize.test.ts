import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../rigs/harness.ts";
import { materializeSlow } from "./killed-materialize.ts";

const SCRIPT = path.join(import.meta.dirname, "killed-materialize.ts");

test("after a kill -9 between writes the next one makes the same bytes, and reads again no more than what was in hand", async () => {
  const folder = temporaryFolder();
  let writes = 0;
  const whole = await materializeSlow(folder, temporaryFolder(), () => (writes += 1));
  expect(whole).toMatchObject({ parts: 4, read: 4, isComputed: true });
  // A process each: of two writes one after the other every other one is enough.
  const befores = Array.from({ length: Math.ceil(writes / 2) }, (_, at) => at * 2);
  const deaths = befores.map(async (before) => {
    const location = temporaryFolder();
    const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, folder, location, String(before)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    let said = "";
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return { location, code, signal, said };
  });
  const read: number[] = [];
  for (const { location, code, signal, said } of await Promise.all(deaths)) {
    // On a slow machine it notes less often, and may be done before so many writes.
    expect([signal, code], said).toContain(signal === null ? 0 : "SIGKILL");
    const noted = partsNoted(location);
    const again = await materializeSlow(folder, location);
    const { blob, made, statistics } = whole.snapshot;
    expect(again.snapshot).toMatchObject({ blob, made, statistics });
    expect(again.read).toBe(4 - noted);
    read.push(again.read);
  }
  expect(read[0]).toBe(4);
  // The first part was noted before the second was stored.
  expect(read.some((parts) => parts === 3)).toBe(true);
}, 120_000);

function partsNoted(location: string): number {
  const file = path.join(location, "features/slow/parts.json");
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as { parts: unknown[] }).parts.length : 0;
}
