import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** A step's secrets on their way into a container: a file that nobody else may read, and that is gone after the step. */
export class SecretFile {
  readonly #folder: string;
  readonly path: string;

  static of(values: Readonly<Record<string, string>> | null): SecretFile | null {
    return values === null ? null : new SecretFile(values);
  }

  private constructor(values: Readonly<Record<string, string>>) {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-secrets-"));
    this.path = path.join(this.#folder, "secrets.json");
    fs.writeFileSync(this.path, JSON.stringify(values), { mode: 0o600 });
  }

  remove(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
