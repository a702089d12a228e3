import { signal } from "@preact/signals";
import { render } from "preact";
import { EXPORT_ID } from "../api/export-format.ts";
import { Addresses } from "./address/addresses.ts";
import { App } from "./app.tsx";
import { openExport } from "./source/open-export.ts";
import { ServerSource } from "./source/server-source.ts";
import { SiteContext } from "./state/use-site.ts";
import { startTheme } from "./state/theme.ts";

const TICK_MS = 1000;

startTheme();
const root = document.querySelector("#page");
const exported = document.getElementById(EXPORT_ID);
const source = exported === null ? new ServerSource() : await openExport(exported.textContent);
const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, TICK_MS);
const site = { source, addresses: new Addresses(exported !== null), now, told: signal("") };
if (root !== null)
  render(
    <SiteContext.Provider value={site}>
      <App />
    </SiteContext.Provider>,
    root,
  );
