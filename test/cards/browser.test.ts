import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Browser } from "playwright-core";
import { html, lineChart, log, markdown, table, tabs } from "../../sdk/cards/index.ts";
import { CHROMIUM, startBrowser } from "../rigs/browser/chromium.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { pageOf } from "./drawn-card.ts";

const EVIL = `</pre></style><script>window.hit=1</script><img src=x onerror="window.hit=2">`;

function framed(address: string): string {
  return `<p id="said">waits</p><img src="${address}/a.png"><script>
  let said = "";
  try { said += parent.document.title; } catch { said += "no parent"; }
  try { said += document.cookie; } catch { said += ", no cookies"; }
  fetch("${address}/").then(() => 0, () => { document.getElementById("said").textContent = said + ", no network"; });
</script>`;
}

describeWith(CHROMIUM, "a card in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("runs nothing of what it shows, asks the network for nothing, and changes tabs without a script", async () => {
    const hits: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      hits.push(request.url);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const file = path.join(temporaryFolder(), "card.html");
    const shown = tabs({ [EVIL]: table([{ [EVIL]: EVIL }]), second: log(["the second tab"]) });
    const parts = [
      markdown(EVIL),
      shown,
      lineChart({ x: EVIL, y: EVIL, points: [{ [EVIL]: 1 }] }),
      html(framed(address)),
    ];
    fs.writeFileSync(file, await pageOf(...parts));
    const page = await browser.newPage();
    // What the policy stops is told as a request as well: what counts is what ends otherwise, and what arrives.
    const sent: string[] = [];
    page.on("requestfinished", (request) => sent.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    const frame = page.frameLocator("iframe");
    await frame.locator("#said", { hasText: "no network" }).waitFor();
    expect(await frame.locator("#said").textContent()).toBe("no parent, no cookies, no network");
    expect(await page.evaluate("window.hit")).toBeUndefined();
    expect(sent.filter((url) => !/^(file|about|data):/.test(url))).toEqual([]);
    expect(hits).toEqual([]);
    expect(await page.getByText("the second tab").isVisible()).toBe(false);
    await page.locator("label", { hasText: "second" }).click();
    expect(await page.getByText("the second tab").isVisible()).toBe(true);
    await page.close();
  });
});
