// Makes the pictures of the page for README and docs/looking.md: `node scripts/screenshots.mjs`, where Chromium is on the PATH.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { onPath } from "./ensure-program.mjs";
import { ROOT } from "./run-node.mjs";

const OUT = path.join(ROOT, "docs/images");
const FLOW = path.join(ROOT, "test/web/page/flows/train.ts");
const MILLRACE = path.join(ROOT, "dist/bin.js");
const SIZE = { width: 1120, height: 600 };

const folder = mkdtempSync(path.join(os.tmpdir(), "millrace-pictures-"));
const datastore = path.join(folder, "store");
const program = ["chromium", "chromium-browser", "google-chrome"].map(onPath).find((one) => one !== null);
if (program === undefined) throw new Error("there is no Chromium on the PATH");
mkdirSync(OUT, { recursive: true });
const [slow, quick, broken] = [
  run("--rate", "0.1"),
  run("--rate", "0.5", "--tag", "nightly"),
  run("--wrong", "OSL", "--max-workers", "2"),
];
const server = spawn(process.execPath, [MILLRACE, "ui", "--port", "0", "--no-open", "--datastore", datastore]);
const browser = await chromium.launch({
  executablePath: program,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const url = await addressOf(server);
  const pictures = [
    { name: "runs", at: `/?run=${slow.name}&run=${quick.name}` },
    { name: "run", at: `/runs/${broken.name}` },
    { name: "run-dark", at: `/runs/${broken.name}`, colorScheme: "dark" },
    { name: "timeline", at: `/runs/${quick.name}?view=timeline&critical=yes` },
    { name: "task", at: `/runs/${quick.name}/fit/2` },
    { name: "compare", at: `/compare?run=${slow.name}&run=${quick.name}` },
  ];
  for (const { name, at, colorScheme = "light" } of pictures) {
    const context = await browser.newContext({ viewport: SIZE, colorScheme });
    const page = await context.newPage();
    await page.goto(url + at);
    await page.locator("h1").waitFor();
    await page.getByText("Loading …").first().waitFor({ state: "detached" });
    await page.screenshot({ path: path.join(OUT, `${name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

function run(...args) {
  const argv = [MILLRACE, "run", FLOW, "--json", "--datastore", datastore, ...args];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: "utf8",
    env: { ...process.env, MILLRACE_USER: "ada" },
  });
  const [, flow, id] = /"flow":"(\w+)","run":"([\w-]+)"/.exec(stdout) ?? [];
  if (id === undefined) throw new Error(`no run was made:\n${stdout}${stderr}`);
  return { name: `${flow}/${id}` };
}

async function addressOf(child) {
  let said = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    said += text;
    const [url] = /http:\/\/\S+/.exec(said) ?? [];
    if (url !== undefined) return url.replace(/\/$/, "");
  }
  throw new Error(`millrace ui ended: ${said}`);
}
