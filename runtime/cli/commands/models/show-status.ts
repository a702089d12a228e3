import process from "node:process";
import { listModels, settledModels } from "../../../catalog/models/list-models.ts";
import { type JudgedServer, serverStates, type ServerState } from "../../../catalog/models/server-states.ts";
import { agoText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { tableText } from "../../show/table-text.ts";

/** `models status [NAME]`: which server answers with which version. Exits with 1 where one has another than it should. */
export function showStatus(context: StoreContext, name: string | undefined, flags: InspectOptions): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  if (name !== undefined) settledModels(store, name).knownNumbers(name);
  const names = name === undefined ? listModels(store).map((model) => model.name) : [name];
  const servers = names.flatMap((model) => serverStates(store, model));
  if (servers.some(({ state }) => state !== "right")) process.exitCode = 1;
  if (output.isJson) return output.json(servers.map(serverJson));
  if (servers.length === 0) return output.note(`no server answers with ${name ?? "a model of this datastore"}`);
  const { colors } = output;
  const paint: Readonly<Record<ServerState, (text: string) => string>> = {
    right: colors.green,
    wrong: colors.red,
    silent: colors.yellow,
    "fallen back": colors.red,
  };
  const now = Date.now();
  output.print(
    tableText({
      header: ["SERVER", "ANSWERS WITH", "TOLD", "STATE", "WANTED", "HASH", "CODE", "SEEN", "HOST", "PID"],
      styleHeader: colors.dim,
      rows: servers.map((server) => [
        ...[server.record.address, `${server.record.model}@${server.record.number}`, toldText(server.record)],
        ...[paint[server.state](server.state), wantedText(server)],
        ...shortHashes(server.record),
        ...[agoText(server.record.time, now), server.record.host, String(server.record.pid)],
      ]),
    }),
  );
}

/** What a server should have instead: the version, or the code around it. */
function wantedText({ record, state, wanted, isRightCode }: JudgedServer): string {
  if (state !== "wrong") return "";
  if (!isRightCode) return `code ${shortHash(record.wantedCode)}`;
  return `${record.model}@${wanted ?? "none"}`;
}

/** Of the model, and of the code package; a server that runs the project's files has none. */
function shortHashes({ hash, code }: JudgedServer["record"]): string[] {
  return [shortHash(hash), shortHash(code)];
}

function shortHash(hash: string | undefined): string {
  return hash?.slice(0, 8) ?? "";
}

/** `churn@8 canary 10 %` */
function toldText({ reference, role, share }: JudgedServer["record"]): string {
  return [reference, role ?? "", share === undefined ? "" : `${share * 100} %`].filter(Boolean).join(" ");
}

function serverJson({ record, state, wanted, isRightCode }: JudgedServer) {
  const { code = null, wantedCode = null } = record;
  const { model, number, hash, reference, role, share, service, address, host, pid, startedAt, time } = record;
  return {
    ...{ address, model, number, hash, reference, role, share, state, wanted, service, host, pid },
    ...{ code, wantedCode, isRightCode },
    startedAt: new Date(startedAt).toISOString(),
    seenAt: new Date(time).toISOString(),
  };
}
