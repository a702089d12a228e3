import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { CHROMIUM } from "../../rigs/browser/chromium.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, ROOT, temporaryFolder } from "../../rigs/harness.ts";
import { startMillrace } from "../../rigs/started-command.ts";
import { type RunNames, ServedSite } from "./served-site.ts";

describeWith(CHROMIUM, "the page of millrace ui", () => {
  let slow: RunNames;
  let quick: RunNames;
  let broken: RunNames;
  let many: RunNames;
  let long: RunNames;
  const site = new ServedSite(async (own) => {
    long = await own.run("long");
    slow = await own.run("train", "--rate", "0.1");
    quick = await own.run("train", "--rate", "0.5", "--tag", "nightly");
    broken = await own.run("train", "--wrong", "ZRH");
    many = await own.run("many");
  });
  const addressOf = ({ flow, run }: RunNames) => `/runs/${flow}/${run}`;
  const runsOf = (page: Page) => page.locator(".run-line:not(.head) .cell-run").allTextContents();

  test("the list has the newest run first and narrows by flow, status, tag, parameter and text, all in the address", async () => {
    const page = await site.visit("/");
    await page.getByRole("link", { name: many.run }).waitFor();
    expect(await runsOf(page)).toEqual([many, broken, quick, slow, long].map(({ run }) => run));
    expect(await page.title()).toBe("Runs · Millrace");
    await page.locator("select[name=flow]").selectOption("TrainFlow");
    await expect.poll(() => runsOf(page)).toEqual([broken, quick, slow].map(({ run }) => run));
    await page.getByLabel("Status").selectOption("succeeded");
    await expect.poll(() => runsOf(page)).toEqual([quick.run, slow.run]);
    await page.getByLabel("Tag", { exact: true }).fill("nightly");
    await expect.poll(() => runsOf(page)).toEqual([quick.run]);
    await expect.poll(() => page.url()).toBe(`${site.url}/?flow=TrainFlow&status=succeeded&tag=nightly`);
    await page.reload();
    await expect.poll(() => runsOf(page)).toEqual([quick.run]);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Parameter").fill("rate=0.1");
    await expect.poll(() => runsOf(page)).toEqual([slow.run]);
    await page.getByLabel("Parameter").fill("");
    await page.getByLabel("Find").fill("nightly");
    await expect.poll(() => runsOf(page)).toEqual([quick.run]);
    await page.getByLabel("Find").fill("no such run");
    await page.getByText("No run fits these filters.").waitFor();
  });

  test("who knows only the address finds the failed task, its reason and its log in two clicks", async () => {
    const page = await site.visit("/");
    await page.getByRole("link", { name: many.run }).click();
    const failures = page.getByRole("region", { name: "Failures" });
    await failures.getByText("row 17 has 3 columns, not 4").waitFor();
    await failures.getByRole("link", { name: /^work\/19/ }).click();
    await page.getByRole("region", { name: "Error" }).getByText("row 17 has 3 columns, not 4").first().waitFor();
    await page.getByRole("region", { name: "The code around it" }).getByText("throw new RangeError").waitFor();
    await page.getByRole("table", { name: "Log" }).getByText("item 17").waitFor();
    expect(await page.title()).toBe(`failed · work/19 · ManyFlow/${many.run} · Millrace`);
  });

  test("a task of several attempts shows each, and its log is searched", async () => {
    const page = await site.visit(addressOf(quick));
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByLabel("Item").fill("MUC");
    await expect.poll(() => page.locator(".task-line:not(.head)").count()).toBe(1);
    await page.getByRole("link", { name: /MUC/ }).click();
    await page.getByText("2 of 2").waitFor();
    await page.getByLabel("Search").fill("loss");
    await page.getByText("1 of 12").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("2 of 12").waitFor();
    await page.getByRole("link", { name: "1", exact: true }).click();
    await page.getByRole("region", { name: "Error" }).getByText("the connection was reset").first().waitFor();
    await page.getByText("Nothing was printed.").waitFor();
  });

  test("a live run is followed to its end by one stream, and its tasks are loaded once", async () => {
    const folder = temporaryFolder();
    const flow = path.join(ROOT, "test/web/page/flows/waiting.ts");
    const list = await site.visit("/?flow=WaitingFlow");
    await list.getByText("No run fits these filters.").waitFor();
    const command = startMillrace(["run", flow, "--folder", folder], { datastore: site.datastore });
    // The list finds it by itself.
    await list.locator(".run-line:not(.head)").waitFor();
    const page = await list.context().newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const href = await list.locator(".cell-run a").getAttribute("href");
    await page.goto(site.url + String(href));
    const row = page.getByRole("row", { name: /^wait/ });
    await expect.poll(() => row.locator("td").nth(2).textContent()).toBe("2");
    fs.writeFileSync(path.join(folder, "first"), "");
    await expect.poll(() => row.locator("td").nth(3).textContent()).toBe("1");
    expect(await page.locator("h1 + .status").textContent()).toContain("running");
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await page.getByText("first is there").waitFor();
    fs.writeFileSync(path.join(folder, "second"), "");
    await page.getByText("second is there").waitFor();
    await expect.poll(() => page.locator("h1 + .status").textContent()).toContain("succeeded");
    await command.exit();
    await page.getByRole("link", { name: "Steps" }).click();
    await expect.poll(() => page.getByRole("row", { name: /^end/ }).locator("td").nth(3).textContent()).toBe("1");
    expect(asked.filter((one) => one.endsWith("/columns"))).toHaveLength(1);
    expect(asked.filter((one) => one === "/api/events")).toHaveLength(1);
  });

  test("artifacts are loaded when they are opened, which a link to the page keeps", async () => {
    const page = await site.visit(`${addressOf(quick)}/choose/10`);
    await page.getByRole("button", { name: /scores/ }).click();
    await page.getByRole("cell", { name: "OSL" }).waitFor();
    await expect.poll(() => page.url()).toContain("artifact=scores");
    await page.reload();
    await page.getByRole("cell", { name: "OSL" }).waitFor();
    await page.getByRole("button", { name: /scores/ }).click();
    await expect.poll(() => page.getByRole("cell", { name: "OSL" }).count()).toBe(0);
  });

  test("metrics are plotted, of a task and of all tasks of a run", async () => {
    const page = await site.visit(`${addressOf(quick)}?view=metrics`);
    await page.getByRole("img", { name: /^loss\. fit\/2 VIE: 0\.0008/ }).waitFor();
    await page.goto(`${site.url}${addressOf(quick)}/fit/2`);
    await page.getByRole("img", { name: /^weight\. weight: 0\.99/ }).waitFor();
    expect(await page.locator(".plot canvas").count()).toBe(2);
  });

  test("what steps used is shown beside what they asked for", async () => {
    const page = await site.visit(`${addressOf(quick)}?view=usage`);
    const row = page.getByRole("row", { name: /^fit / });
    await row.getByText(/\d+ MB/).waitFor();
    expect(await page.getByRole("row").count()).toBeGreaterThan(3);
  });

  test("what a task used over its time is drawn beside what it asked for, and how many tasks ran at once", async () => {
    const page = await site.visit(`${addressOf(long)}?view=usage`);
    await page.getByRole("img", { name: /^how many tasks ran at the same time\. tasks: 0 at last/ }).waitFor();
    await page.goto(`${site.url}${addressOf(long)}/start/1`);
    await page.getByRole("img", { name: /^memory, MB\. used: \d+ at last; asked for: 500 at last/ }).waitFor();
    await page.getByRole("img", { name: /^processors\. used: .* asked for: 1 at last/ }).waitFor();
    await page.goto(`${site.url}${addressOf(long)}/end/2`);
    await page.getByRole("region", { name: "Artifacts" }).waitFor();
    expect(await page.locator(".plot").count()).toBe(0);
  });

  test("cards are shown on the task, on the run and beside those of other runs", async () => {
    const page = await site.visit(`${addressOf(quick)}/end/11`);
    const card = page.getByRole("article", { name: "Card The best airport" });
    await card.getByRole("heading", { name: "Errors by airport" }).waitFor();
    await card.getByRole("cell", { name: "OSL" }).waitFor();
    await page.goto(`${site.url}${addressOf(quick)}?view=cards`);
    await card.getByRole("cell", { name: "OSL" }).waitFor();
    await page.goto(`${site.url}/compare?run=TrainFlow/${slow.run}&run=TrainFlow/${quick.run}`);
    await expect.poll(() => card.getByRole("cell", { name: "OSL" }).count()).toBe(2);
  });

  test("runs that were checked are compared; what differs is marked", async () => {
    const page = await site.visit("/?status=succeeded&flow=TrainFlow");
    await page.getByLabel(`Compare TrainFlow/${slow.run}`).check();
    await page.getByLabel(`Compare TrainFlow/${quick.run}`).check();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    const parameters = page.getByRole("region", { name: "Parameters" });
    await parameters.getByRole("row", { name: /^rate ≠ differs 0\.1 0\.5/ }).waitFor();
    await parameters.getByRole("row", { name: /^epochs 12 12/ }).waitFor();
    await parameters.getByLabel("Only what differs").check();
    await expect.poll(() => parameters.getByRole("row", { name: /^epochs/ }).count()).toBe(0);
    await page
      .getByRole("region", { name: "Artifacts at the end" })
      .getByRole("row", { name: /^scores ≠/ })
      .waitFor();
    await page.getByText("The code is the same.").waitFor();
    await page.reload();
    await parameters.getByRole("row", { name: /^rate ≠/ }).waitFor();
  });

  test("tags are added and removed where they stand", async () => {
    const page = await site.visit(addressOf(slow));
    await page.getByLabel("New tag").fill("champion");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove tag champion" }).waitFor();
    const { stdout } = await millrace(["runs", "--tag", "champion"], { datastore: site.datastore });
    expect(stdout).toContain(slow.run);
    await page.getByRole("button", { name: "Remove tag champion" }).click();
    await expect.poll(() => page.getByText("champion", { exact: true }).count()).toBe(0);
    await page.getByLabel("New tag").fill("a:b c\u0000");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
  });

  test("everything is reached by the keyboard alone", async () => {
    const page = await site.visit("/");
    await page.getByRole("link", { name: broken.run }).waitFor();
    await tabTo(page, "Skip to the content");
    await page.keyboard.press("Enter");
    await tabTo(page, broken.run);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: broken.run }).waitFor();
    await tabTo(page, "Timeline");
    await page.keyboard.press("Enter");
    await page.getByRole("application").waitFor();
    await tabTo(page, /^Timeline of \d+ tasks$/);
    for (const key of ["ArrowDown", "ArrowDown", "+", "0", "ArrowDown"]) await page.keyboard.press(key);
    await expect.poll(() => page.locator(".unseen[role=status]").textContent()).toContain("fit/3 [1], failed");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "fit/3" }).waitFor();
    await page.goBack();
    await tabTo(page, "Graph");
    await page.keyboard.press("Enter");
    await tabTo(page, /^fit: \d of 8 done, 1 failed/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toBe(`${site.url}${addressOf(broken)}?view=tasks&step=fit`);
  });

  test("back and forward go through pages and views, and a reload changes nothing", async () => {
    const page = await site.visit(addressOf(quick));
    await page.getByRole("link", { name: "Code" }).click();
    await page.getByText("Fits a delay model for each airport").waitFor();
    await page.getByRole("link", { name: "Graph" }).click();
    await page.getByRole("link", { name: "fit: 8 of 8 done, 0 failed, 0 running" }).click();
    await page.getByRole("link", { name: "fit/2 VIE" }).click();
    await page.getByRole("heading", { name: "fit/2" }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "fit/9 OSL" }).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByText("Fits a delay model for each airport").waitFor();
    await page.goForward();
    await page.reload();
    await page.getByRole("link", { name: "fit: 8 of 8 done, 0 failed, 0 running" }).waitFor();
  });

  test("the colours follow the system, or what was chosen", async () => {
    const page = await site.visit("/", { colorScheme: "dark" });
    const back = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(await back()).toBe("rgb(20, 23, 28)");
    await page.emulateMedia({ colorScheme: "light" });
    expect(await back()).toBe("rgb(255, 255, 255)");
    await page.getByLabel("Colours").selectOption("dark");
    expect(await back()).toBe("rgb(20, 23, 28)");
    await page.reload();
    expect(await back()).toBe("rgb(20, 23, 28)");
  });

  test("addresses of nothing say what there is, and faults leave the page alive", async () => {
    const page = await site.visit("/nowhere/at/all");
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await page.goto(`${site.url}/runs/TrainFlow/20200101-000000000-aaaaa`);
    await page.getByRole("alert").waitFor();
    await page.getByRole("link", { name: "TrainFlow" }).click();
    await page.getByRole("link", { name: quick.run }).waitFor();
  });

  test("a live run goes on where it was when its server comes back, each event once", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const flow = path.join(ROOT, "test/web/page/flows/waiting.ts");
    const id = path.join(folder, "id");
    const argv = ["run", flow, "--folder", folder, "--run-id-file", id];
    const command = startMillrace(argv, { datastore: site.datastore });
    await expect.poll(() => fs.existsSync(id) && fs.readFileSync(id, "utf8").trim()).toBeTruthy();
    const page = await site.visit(`/runs/WaitingFlow/${fs.readFileSync(id, "utf8").trim()}`);
    const cells = page.getByRole("row", { name: /^wait/ }).locator("td");
    await expect.poll(() => cells.nth(2).textContent()).toBe("2");
    await site.stop();
    await page.getByText("The server does not answer").waitFor();
    fs.writeFileSync(path.join(folder, "first"), "");
    await command.said("first is there");
    await site.start();
    await expect.poll(() => cells.nth(3).textContent()).toBe("1");
    expect(await cells.nth(2).textContent()).toBe("1");
    fs.writeFileSync(path.join(folder, "second"), "");
    await expect.poll(() => page.locator("h1 + .status").textContent()).toContain("succeeded");
    await command.exit();
  });

  test("a server that went away is told of, and the page goes on once it is back", async () => {
    const page = await site.visit("/");
    await page.getByRole("link", { name: many.run }).waitFor();
    await site.stop();
    await page.getByText("The server does not answer").waitFor();
    await page.getByRole("link", { name: quick.run }).click();
    await page.getByText("Loading").waitFor();
    await site.start();
    await page.getByRole("heading", { name: quick.run }).waitFor();
    await expect.poll(() => page.getByText("The server does not answer").count()).toBe(0);
  });
});

/** Presses Tab until what has that name, or the text, has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const focused =
    "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent ?? '').trim()";
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate<string>(focused);
    if (typeof name === "string" ? text === name : name.test(text)) return;
  }
  throw new Error(`Tab does not lead to ${String(name)}`);
}
