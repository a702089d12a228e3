import { engineSettingKeys } from "../../engines/index.ts";
import { RunningService } from "../../serving/running-service.ts";
import { serviceError } from "../../serving/model/service-error.ts";
import { versionText } from "../../serving/pool/served-version.ts";
import { codeText, isRightCode } from "../../serving/server/service-code.ts";
import { endSignals } from "../end-signals.ts";
import { packageVersion } from "../package-version.ts";
import type { ServiceContext } from "./service-context.ts";

/** What `serve` is told, as commander gives it. */
export interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly workers: number;
  readonly model?: string;
  readonly canary?: { readonly reference: string; readonly share: number };
  readonly shadow?: string;
  readonly datastore?: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly maxQueue: number;
  /** In bytes. */
  readonly maxBody: number;
  /** From 0 to 1. */
  readonly log: number;
  /** In milliseconds. */
  readonly grace: number;
  readonly expectCode?: string;
  readonly json?: boolean;
}

/** `serve`: until a signal asks it to end; then all that has come is answered. */
export async function serveService(context: ServiceContext, flags: ServeFlags): Promise<void> {
  const { settings, Service, serviceFile: file } = context;
  const output = context.output(flags);
  const note = (text: string) => {
    if (output.isJson) output.json({ time: Date.now(), type: "note", text });
    else output.note(text);
  };
  const reference = flags.model ?? (Service as { readonly model?: string }).model;
  const datastore = settings.datastoreLocation(flags.datastore, engineSettingKeys());
  const { canary = null, shadow = null } = flags;
  if (reference === undefined && (canary !== null || shadow !== null))
    throw serviceError(
      `Cannot serve ${Service.name} with ${canary === null ? "--shadow" : "--canary"} because it has no model`,
      { hint: 'name the model that answers: static model = "churn@production", or --model churn@7' },
    );
  const code = { hash: context.packaged?.code ?? null, wanted: flags.expectCode ?? null };
  if (!isRightCode(code)) note(`this server has ${codeText(code.hash)}, and should have ${codeText(code.wanted)}`);
  const running = new RunningService({
    ...{ canary, shadow, code },
    ...{ Service, file, note, env: settings.env, millrace: packageVersion() },
    ...{ port: flags.port, host: flags.host, workers: flags.workers },
    ...{ maxBodyBytes: flags.maxBody, maxQueue: flags.maxQueue, timeoutMs: flags.timeout, logShare: flags.log },
    model: reference === undefined ? null : { reference, datastore, settings: settings.store },
  });
  const asked = endSignals();
  let address: string;
  try {
    address = await Promise.race([running.start(), asked.first.then(() => null)]).then((given) => given ?? "");
  } catch (error) {
    running.kill();
    throw error;
  }
  if (address !== "") {
    const { version } = running;
    const model = version === null ? null : versionText(version);
    if (output.isJson)
      output.json({ time: Date.now(), type: "listening", address, model, hash: version?.hash ?? null });
    else output.print(`${Service.name}${model === null ? "" : ` with ${model}`} answers at ${address}`);
  }
  await asked.first;
  void asked.second.then(() => running.kill());
  await Promise.race([running.stop(flags.grace), asked.second]);
}
