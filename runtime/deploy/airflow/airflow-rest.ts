import { isRecord } from "../../../sdk/base/is-record.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

export interface AirflowPlace {
  readonly url: string;
  /** Null where the server asks for none. */
  readonly token: string | null;
}

export interface AirflowRequest {
  readonly method: "PATCH" | "POST" | "DELETE";
  /** Below `/dags/`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Completes "Cannot …": `pause nightly`. */
  readonly aim: string;
}

/** Of Airflow 3, then of 2. */
const VERSIONS = ["v2", "v1"];
/** What the API of Airflow 2 does not take. */
const NEW_FIELDS = ["logical_date"];
const ANSWER_MS = 30_000;
const SHOWN = 300;

/** @returns what the server answers; null where it knows no such DAG */
export async function airflowRest(place: AirflowPlace, request: AirflowRequest): Promise<unknown> {
  for (const version of VERSIONS) {
    const { status, text } = await answer(place, { ...request, version });
    const json = parsed(text);
    if (status >= 200 && status < 300) return json ?? {};
    // A path that the server does not have at all is answered otherwise than a DAG that it does not know.
    const isUnknownPath = status === 405 || (status === 404 && !isUnknownDag(json));
    if (isUnknownPath && version !== VERSIONS.at(-1)) continue;
    if (status === 404) return null;
    throw failure(request, { place, seen: `${status} ${text.slice(0, SHOWN)}` });
  }
  return null;
}

async function answer(
  { url, token }: AirflowPlace,
  of: AirflowRequest & { readonly version: string },
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answered = await fetch(`${url.replace(/\/+$/, "")}/api/${of.version}/dags/${of.path}`, {
      method: of.method,
      headers: {
        "content-type": "application/json",
        ...(token === null ? {} : { authorization: authorization(token) }),
      },
      ...(of.body === undefined ? {} : { body: JSON.stringify(bodyFor(of.version, of.body)) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: answered.status, text: await answered.text() };
  } catch (cause) {
    throw failure(of, { place: { url, token }, seen: messageOf(cause), cause });
  }
}

function bodyFor(version: string, body: Readonly<Record<string, unknown>>): object {
  return version === VERSIONS[0]
    ? body
    : Object.fromEntries(Object.entries(body).filter(([name]) => !NEW_FIELDS.includes(name)));
}

/** As it is where it names its scheme: Airflow 2 takes `Basic` as well. */
function authorization(token: string): string {
  return /^\S+ \S/.test(token) ? token : `Bearer ${token}`;
}

function isUnknownDag(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const said = json["detail"];
  return typeof said === "string" && /dag/i.test(said);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failure(
  { aim }: AirflowRequest,
  { place, seen, cause }: { place: AirflowPlace; seen: string; cause?: unknown },
): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${aim} because Airflow at ${place.url} answers: ${seen}`,
    hint: "MILLRACE_AIRFLOW_URL is the address of its web server, MILLRACE_AIRFLOW_TOKEN a token for its API",
    cause,
  });
}
