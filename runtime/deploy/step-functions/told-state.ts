import { type AslNext, type AslState, caughtBy } from "./asl-machine.ts";
import { parseS3Location } from "../../datastore/s3/s3-location.ts";
import { SERVICE_RETRIES } from "./service-retries.ts";

/** What a task left for its target, by the end of its name. */
export type Told = "items" | "case";

export interface ToldOptions {
  readonly location: string;
  readonly deployment: string;
  readonly step: string;
  readonly told: Told;
  readonly isWithinSplit: boolean;
}

/** Where that lies, as a call of S3 takes it: see `toldItemsKey`, `toldCaseKey`. */
export function toldPlace(of: ToldOptions): Readonly<Record<string, string>> {
  const { bucket, prefix } = parseS3Location(of.location);
  const [at, values] = of.isWithinSplit ? ["-{}", "$.fire, $.at"] : ["", "$.fire"];
  return {
    Bucket: bucket,
    "Key.$": `States.Format('${inFormat(`${prefix}told/${of.deployment}`)}/{}/${inFormat(of.step)}${at}.${of.told}.json', ${values})`,
  };
}

/** Reads what was told into `$.told`, where `ResultSelector` says what of the answer. */
export function toldState(
  of: ToldOptions,
  { what, then }: { readonly what: "size" | "value"; readonly then: AslNext },
): AslState {
  return {
    Type: "Task",
    Resource: `arn:aws:states:::aws-sdk:s3:${what === "size" ? "headObject" : "getObject"}`,
    Parameters: toldPlace(of),
    ResultSelector: what === "size" ? { "bytes.$": "$.ContentLength" } : { "value.$": "States.StringToJson($.Body)" },
    ResultPath: "$.told",
    Retry: SERVICE_RETRIES.store,
    ...caughtBy(then.failed),
    Next: then.next,
  };
}

/** As text within the quotes of `States.Format`. */
export function inFormat(text: string): string {
  return text.replace(/[\\'{}]/g, (one) => `\\${one}`);
}
