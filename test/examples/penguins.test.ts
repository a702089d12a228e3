import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { millrace, ROOT, temporaryFolder, tsx } from "../rigs/harness.ts";
import { startServiceFile } from "../rigs/serving/started-service.ts";

const FOLDER = path.join(ROOT, "examples/penguins");

test(
  "penguins: trained, registered, promoted, served, promoted again, and answered as a file",
  { timeout: 600_000 },
  async () => {
    const datastore = temporaryFolder();
    const train = (...args: string[]) => tsx(path.join(FOLDER, "flow.ts"), ["run", ...args], { datastore });
    const promote = (version: string) =>
      millrace(
        [
          ...["models", "promote", version, "--alias", "production"],
          ...["--require", "metrics.accuracy >= current.metrics.accuracy"],
        ],
        { datastore },
      );
    const { stdout, stderr } = await train();
    expect(stdout + stderr).toMatch(/(9[5-9]\.\d|100\.0) % of the held-out penguins are told right/);
    expect((await promote("penguins@1")).code).toBe(0);

    const service = await startServiceFile(path.join(FOLDER, "service.ts"), { datastore });
    const adelie = { beakLength: 39, beakDepth: 18, flipperLength: 181, bodyMass: 3750 };
    const response = await service.post("/tell", adelie);
    expect(response.headers.get("x-model")).toBe("penguins@1");
    expect(await response.json()).toEqual({ species: "Adelie", probability: expect.closeTo(1, 1) });

    // A model that has learned nothing is not promoted, the same one again is.
    expect((await train("--epochs", "0")).code).toBe(0);
    expect((await promote("penguins@2")).code).toBe(1);
    expect((await train()).code).toBe(0);
    expect((await promote("penguins@3")).code).toBe(0);
    await expect.poll(async () => (await service.post("/tell", adelie)).headers.get("x-model")).toBe("penguins@3");

    const output = path.join(datastore, "species.jsonl");
    const args = ["predict", "--input", path.join(FOLDER, "penguins.jsonl"), "--output", output];
    expect((await tsx(path.join(FOLDER, "service.ts"), args, { datastore })).code).toBe(0);
    const guesses = fs.readFileSync(output, "utf8").trimEnd().split("\n");
    const penguins = fs.readFileSync(path.join(FOLDER, "penguins.jsonl"), "utf8").trimEnd().split("\n");
    expect(guesses).toHaveLength(penguins.length);
    const species = (line: string) => (JSON.parse(line) as { species: string }).species;
    const right = guesses.filter((line, index) => species(line) === species(penguins[index] ?? ""));
    expect(right.length / guesses.length).toBeGreaterThan(0.95);
  },
);
