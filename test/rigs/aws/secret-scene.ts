import { ESM, makeProject, STANDARD } from "../project.ts";
import { keepParameter, keepSecret } from "./kept-secrets.ts";

const TOKEN = "token-of-the-manager-7f3a91";
const PASSWORD = 'pass"word-of-the-manager';
const KEY = "key-of-the-store-c55e02";
const PICKED = "picked-of-many-51d0c2";

/** Values that nothing may show. */
const KEPT_IN_AWS = [TOKEN, PASSWORD, KEY, PICKED];

/** What the step finds: the length of each variable. */
export const FOUND_IN_AWS = {
  DB_USER: "ada".length,
  DB_PASSWORD: PASSWORD.length,
  API_TOKEN: TOKEN.length,
  SIGNING_KEY: KEY.length,
  PICKED: PICKED.length,
};

/** Prints its secrets in several ways, and waits where it is told to until a file is there. */
const FLOW = `
import fs from "node:fs";
import { FlowSpec, main, parameter, secrets, step } from "millrace";

const NAMES = ["DB_USER", "DB_PASSWORD", "API_TOKEN", "SIGNING_KEY", "PICKED"];

class KeptFlow extends FlowSpec {
  @parameter() gate = "";
  found: Record<string, number> = {};
  left: string[] = [];

  @secrets({
    sources: [
      { type: "aws-secrets-manager", id: "prod/db" },
      { type: "aws-secrets-manager", id: "prod/api-token" },
      { type: "aws-parameter-store", name: "/prod/signing-key" },
      { type: "aws-secrets-manager", id: "prod/many", key: "picked-one", as: "PICKED" },
    ],
  })
  @step async start() {
    for (const name of NAMES) this.found[name] = (process.env[name] ?? "").length;
    console.log("token", process.env.API_TOKEN, process.env.SIGNING_KEY, JSON.stringify(process.env.DB_PASSWORD));
    console.error("base64", Buffer.from("x:" + process.env.PICKED).toString("base64"));
    if (this.gate !== "") {
      fs.writeFileSync(this.gate + "/started", "");
      while (!fs.existsSync(this.gate + "/go")) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.next(this.end);
  }
  @step end() {
    this.left = NAMES.filter((name) => process.env[name] !== undefined);
  }
}
main(KeptFlow);
`;

/** A project whose flow reads secrets that AWS keeps, and the account that keeps them. */
export async function secretScene(moto: string): Promise<{ cwd: string }> {
  await keepSecret(moto, { name: "prod/db", value: JSON.stringify({ DB_USER: "ada", DB_PASSWORD: PASSWORD }) });
  await keepSecret(moto, { name: "prod/api-token", value: TOKEN });
  await keepSecret(moto, { name: "prod/many", value: JSON.stringify({ other: 1, "picked-one": PICKED }) });
  await keepParameter(moto, { name: "/prod/signing-key", value: KEY });
  return { cwd: makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM }) };
}

/** A project whose flow has a step with that source; its `names` are those of its variables that begin with `ours`. */
export function withSource(source: string): string {
  const flow = `import { FlowSpec, main, secrets, step } from "millrace";
class OneFlow extends FlowSpec {
  names: string[] = [];
  @secrets({ sources: [${source}] })
  @step start() {
    this.names = Object.keys(process.env).filter((name) => /^ours_/i.test(name)).sort();
    this.next(this.end);
  }
  @step end() {}
}
main(OneFlow);
`;
  return makeProject({ "flow.ts": flow, "tsconfig.json": STANDARD, "package.json": ESM });
}

/** Those values that stand in it, as they are or in base64 or hex. */
export function leaksIn(place: string | Buffer): string[] {
  const bytes = Buffer.from(place);
  return KEPT_IN_AWS.filter((secret) => {
    const shifted = [0, 1, 2].map((shift) => {
      const text = Buffer.from(`${"x".repeat(shift)}${secret}`).toString("base64");
      return text.slice(shift === 0 ? 0 : 4, Math.floor((secret.length + shift) / 3) * 4);
    });
    const forms = [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("hex"), ...shifted];
    return forms.some((form) => bytes.includes(form));
  });
}
