import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { PageServer } from "../../../web/server/page-server.ts";
import { ServedStore } from "../../../web/server/served-store.ts";
import type { StoreContext } from "../../cli-context.ts";
import { runMeant } from "../../run-meant.ts";
import { openBrowser } from "../../open-browser.ts";
import { exportUi } from "./export-ui.ts";
import type { UiOptions } from "./flags.ts";

/** Enough that nobody guesses it. */
const MIN_TOKEN_CHARS = 8;

/** `ui`: serves the page until it is interrupted, or writes it into a file. */
export async function runUi(context: StoreContext, options: UiOptions): Promise<void> {
  if (options.export === undefined) await serveUi(context, options);
  else await exportUi(context, { ...options, file: options.export });
}

async function serveUi(context: StoreContext, options: UiOptions): Promise<void> {
  const { host, port, runs, readOnly = false } = options;
  const [run, ...more] = runs;
  if (more.length > 0) throw severalRuns(runs);
  const output = context.output(options);
  const store = context.datastore(options);
  const token = tokenFor(context, options);
  const opensOn = run === undefined ? "" : pageOf(runMeant(context, store, { ...options, run }));
  const served = new ServedStore(store, { isReadOnly: readOnly });
  const server = new PageServer({ served, port: port ?? null, token, ...(host === undefined ? {} : { host }) });
  const ended = interrupted();
  const address = (await server.listen()).replace(/(?<=:\d+)\//, `/${opensOn}`);
  if (output.isJson) output.json({ address, datastore: store.storage.location, isReadOnly: readOnly });
  else output.print(`Millrace shows ${store.storage.location} at ${output.colors.cyan(address)} (Ctrl-C ends it)`);
  if (options.open) openBrowser(address, (text) => output.note(text));
  await ended;
  await server.close();
  store.close();
}

function tokenFor({ settings }: StoreContext, { token: given }: UiOptions): string | null {
  const token = settings.uiToken(given);
  if (token === null || token.length >= MIN_TOKEN_CHARS) return token;
  throw new MillraceError({
    code: "MILLRACE_UI",
    headline: `Cannot use the token because it must have at least ${MIN_TOKEN_CHARS} characters: it has ${token.length}`,
    hint: 'take one that nobody guesses, as in --token "$(openssl rand -hex 16)"',
  });
}

function pageOf({ flow, run }: { flow: string; run: string }): string {
  return `runs/${encodeURIComponent(flow)}/${encodeURIComponent(run)}`;
}

function severalRuns(runs: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UI",
    headline: `Cannot open the page on ${runs.length} runs because it opens on one: ${runs.join(", ")}`,
    hint: "name one of them, or write all into a file with --export FILE",
  });
}

/** Resolves when this process is asked to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}
