import { ESM, makeProject, STANDARD } from "./project.ts";

export const TOKEN = "of-another-step-51d0c2";
export const REVERSED = Array.from(TOKEN).reverse().join("");

/** Its second step has no secrets, knows what to look for, and looks for it wherever a step's code may look. */
const FLOW = `
import fs from "node:fs";
import path from "node:path";
import { FlowSpec, main, secrets, step } from "millrace";

function filesBelow(place: string): string[] {
  try {
    if (!fs.statSync(place).isDirectory()) return [place];
    const names = fs.readdirSync(place, { recursive: true, withFileTypes: true });
    return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

class CuriousFlow extends FlowSpec {
  turned = "";
  places = 0;
  found: string[] = [];
  @secrets({ sources: [{ type: "env-file", path: "secret.env" }] })
  @step start() {
    this.turned = [...process.env["OTHERS_TOKEN"] ?? ""].reverse().join("");
    this.next(this.curious);
  }
  @step curious() {
    const token = [...this.turned].reverse().join("");
    const mounts = read("/proc/self/mounts").split("\\n").map((line) => line.split(" ")[1] ?? "");
    const ours = mounts.filter((place) => place !== "/" && !/^\\/(proc|sys|dev)\\b/.test(place));
    const processes = fs.readdirSync("/proc").filter((name) => /^(\\d+|self)$/.test(name));
    const told = processes.flatMap((id) => ["environ", "cmdline", "mounts", "mountinfo"].map((name) => "/proc/" + id + "/" + name));
    const files = [...new Set([...told, ...["/run", "/tmp", "/var/run", ...ours].flatMap(filesBelow)])];
    this.places = files.filter((file) => read(file) !== "").length;
    this.found = files.filter((file) => read(file).includes(token));
    this.found.push(...Object.entries(process.env).filter(([, value]) => value?.includes(token)).map(([name]) => "$" + name));
    this.found.push(...[...process.argv, ...process.execArgv].filter((text) => text.includes(token)));
    this.found.push(...mounts.filter((place) => /secret/.test(place)));
    console.log("it is " + token);
    this.next(this.end);
  }
  @step end() {}
}
main(CuriousFlow);
`;

/** Its secret is that of its first step. */
export function curiousProject(): string {
  return makeProject({
    "flow.ts": FLOW,
    "secret.env": `OTHERS_TOKEN='${TOKEN}'\n`,
    "tsconfig.json": STANDARD,
    "package.json": ESM,
  });
}
