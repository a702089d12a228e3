import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Need } from "../describe-with.ts";
import { ROOT } from "../harness.ts";

const found = spawnSync(process.execPath, [path.join(ROOT, "scripts/ensure-argo.mjs"), "--lint"], { encoding: "utf8" });

export const ARGO_LINT: Need = {
  name: "Argo's linter",
  missing: found.status === 0 ? null : (found.stderr.trim().split("\n").at(-1) ?? ""),
};

interface ListOfObjects {
  readonly kind: string;
  readonly items: readonly { readonly kind: string }[];
}

/** What Argo's own strict linter says of documents of `deploy argo --only-spec`, by their names; nothing where all is well. */
export function argoLint(specs: ReadonlyMap<string, string>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-argo-lint-"));
  try {
    const files = [...specs].map(([name, spec]) => {
      const { items } = JSON.parse(spec) as ListOfObjects;
      // The linter looks into no List.
      const file = path.join(folder, `${name}.yaml`);
      fs.writeFileSync(file, items.map((item) => JSON.stringify(item)).join("\n---\n"));
      return file;
    });
    const done = spawnSync(found.stdout.trim(), files, { encoding: "utf8" });
    const said = `${done.stdout}${done.stderr}`.replaceAll(`${folder}/`, "");
    return done.status === 0 ? "" : said;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
