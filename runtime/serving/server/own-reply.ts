import type { ServingLanes } from "../lanes/serving-lanes.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { frontPage } from "./front-page.ts";
import { laneMetrics } from "./lane-metrics.ts";
import { openApi } from "./open-api.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { isRightCode, type ServiceCode } from "./service-code.ts";

/** What a server says of itself. */
export interface ServerFacts {
  /** Name of the service's class. */
  readonly service: string;
  readonly code: ServiceCode;
  readonly predictions: readonly Prediction[];
  readonly lanes: ServingLanes;
  /** As the client called it. */
  readonly address: string;
  readonly isReady: boolean;
}

const PATHS = ["/", "/openapi.json", "/model", "/healthz", "/readyz", "/metrics", "/v2"];

/** The answer of a path that no model is asked for; null for a path that is not one. */
export function ownReply(path: string, facts: ServerFacts): Reply | null {
  const { service, predictions, lanes, address, isReady } = facts;
  const { version } = lanes.stable.keeper;
  const of = { title: service, version, predictions };
  switch (path) {
    case "/":
      return {
        status: 200,
        type: "text/html; charset=utf-8",
        body: frontPage(of, address),
        headers: { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" },
      };
    case "/openapi.json":
      return jsonReply(200, openApi(of));
    case "/healthz":
      return jsonReply(200, { status: "ok" });
    case "/readyz":
      return jsonReply(isReady ? 200 : 503, { ready: isReady });
    case "/model":
      return jsonReply(200, aboutModel(facts));
    case "/metrics":
      return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: laneMetrics(lanes) };
    default:
      return null;
  }
}

/** What answers: the version of the model, and the code around it. Null where there is neither a model nor a package. */
function aboutModel({ service: name, code, lanes }: ServerFacts) {
  const { version } = lanes.stable.keeper;
  if (version === null && code.hash === null && code.wanted === null) return null;
  const service = { name, code: code.hash, wantedCode: code.wanted, isRight: isRightCode(code) };
  return { ...version, ...besides(lanes), service };
}

/** The versions beside the one that answers; null where they are not loaded yet. */
function besides({ canary, canaryShare, shadow }: ServingLanes) {
  return {
    ...(canary === null ? {} : { canary: { share: canaryShare, version: canary.keeper.version } }),
    ...(shadow === null ? {} : { shadow: { version: shadow.lane.keeper.version } }),
  };
}

/** Which paths there are instead. */
export function unknownPath(
  path: string,
  { predictions, model }: { readonly predictions: readonly Prediction[]; readonly model: string },
): Reply {
  const paths = [
    ...predictions.map(({ name }) => `POST /${name}`),
    ...PATHS.map((one) => `GET ${one}`),
    `POST /v2/models/${model}/infer`,
  ];
  return jsonReply(404, { error: `there is no ${path.slice(0, 200)}`, paths });
}
