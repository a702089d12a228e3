import fs from "node:fs";
import { env, FlowSpec, type Inputs, main, step } from "millrace";
import * as matrix from "ml-matrix";

/** Two versions of one package in parallel branches, beside the one that is installed. */
class EnvironmentsFlow extends FlowSpec {
  version!: string;
  determinant!: number;
  seed!: string | null;
  versions!: unknown;

  @step start() {
    this.#look();
    this.next(this.older, this.newer, this.plain);
  }

  @env({ packages: { "ml-matrix": "6.10.4" }, vars: { E2E_SEED: 7 } })
  @step
  older() {
    this.#look();
    this.next(this.join);
  }

  @env({ packages: { "ml-matrix": "6.12.1" } })
  @step
  async newer() {
    const dynamic = await import("ml-matrix");
    this.#look(dynamic);
    this.next(this.join);
  }

  @step plain() {
    this.#look();
    this.next(this.join);
  }

  @step join(inputs: Inputs<EnvironmentsFlow>) {
    this.versions = inputs.map(({ version, determinant, seed }) => ({ version, determinant, seed }));
    this.next(this.end);
  }

  @step end() {}

  #look(module = matrix) {
    this.version = versionOf(module);
    this.determinant = module.determinant(
      new module.Matrix([
        [2, 0],
        [0, 3],
      ]),
    );
    this.seed = process.env["E2E_SEED"] ?? null;
  }
}

/** The package does not tell its version; the place from which an error of it comes does. */
function versionOf(module: typeof matrix): string {
  try {
    new module.Matrix([[1, 2], [3]]);
  } catch (error) {
    const file = /(?:file:\/\/)?(\/[^\n]*?node_modules\/ml-matrix)\//.exec(String((error as Error).stack))?.[1];
    if (file !== undefined)
      return (JSON.parse(fs.readFileSync(`${file}/package.json`, "utf8")) as { version: string }).version;
  }
  return "unknown";
}

main(EnvironmentsFlow);
