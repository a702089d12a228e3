import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { html, lineChart, log, markdown, table, tabs } from "../../sdk/cards/index.ts";
import { CHROMIUM, startBrowser } from "../rigs/browser/chromium.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { pageOf } from "./drawn-card.ts";

const EVIL = `</pre></style><script>window.hit=1</script><img src=x onerror="window.hit=2">`;
const FRAMED = `<p id="said">waits</p><img src="https://example.com/a.png"><script>
  let said = "";
  try { said += parent.document.title; } catch { said += "no parent"; }
  try { said += document.cookie; } catch { said += ", no cookies"; }
  fetch("https://example.com/").then(() => 0, () => { document.getElementById("said").textContent = said + ", no network"; });
</script>`;

describeWith(CHROMIUM, "a card in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("runs nothing of what it shows, asks the network for nothing, and changes tabs without a script", async () => {
    const file = path.join(temporaryFolder(), "card.html");
    const shown = tabs({ [EVIL]: table([{ [EVIL]: EVIL }]), second: log(["the second tab"]) });
    const parts = [markdown(EVIL), shown, lineChart({ x: EVIL, y: EVIL, points: [{ [EVIL]: 1 }] }), html(FRAMED)];
    fs.writeFileSync(file, await pageOf(...parts));
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    const frame = page.frameLocator("iframe");
    await frame.locator("#said", { hasText: "no network" }).waitFor();
    expect(await frame.locator("#said").textContent()).toBe("no parent, no cookies, no network");
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(asked.filter((url) => !/^(file|about|data):/.test(url))).toEqual([]);
    expect(await page.getByText("the second tab").isVisible()).toBe(false);
    await page.locator("label", { hasText: "second" }).click();
    expect(await page.getByText("the second tab").isVisible()).toBe(true);
    await page.close();
  });
});
