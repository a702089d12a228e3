import * as kubernetes from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { dockerfileText } from "../../../runtime/cli/service/package/dockerfile-text.ts";
import { objectNameOf } from "../../../runtime/cli/service/package/object-name-of.ts";
import { plainVariables } from "../../../runtime/cli/service/package/plain-variables.ts";
import { serviceManifest, type ServiceManifestOptions } from "../../../runtime/cli/service/package/service-manifest.ts";
import { yamlText } from "../../../runtime/launch/values/config-formats.ts";

const CODE = "ab".repeat(32);

const OPTIONS: ServiceManifestOptions = {
  ...{ name: "churn-service", namespace: null, service: "ChurnService", model: "churn@production" },
  ...{ image: "registry.example.com/churn:7", code: CODE, replicas: 2, cpu: 1.5, memory: "4Gi" },
  variables: { MILLRACE_DATASTORE: "s3://models/prod", GREETING: "$(HOME) #1: 'yes'\n- no" },
  ...{ secrets: ["aws", "features-db"], account: null, volume: null },
  ...{ options: ["--log", "0.1"], port: 3000, graceMs: 30_000 },
};

describe("the manifest of a service", () => {
  test("has only fields that Kubernetes knows, and reads back from YAML as it was made", () => {
    expect(unknownFields({ spec: { template: { spec: { contaners: [] } } } }, "V1Deployment")).toHaveLength(1);
    const volume = { claim: "models", folder: "/models" };
    for (const more of [{}, { namespace: "ml", account: "churn-reader", volume, replicas: 1 }]) {
      const objects = serviceManifest({ ...OPTIONS, ...more });
      expect(kubernetes.loadAllYaml(yamlText(objects))).toMatchObject(objects);
      expect(objects.flatMap((one) => unknownFields(one, `V1${(one as { readonly kind: string }).kind}`))).toEqual([]);
    }
  });

  test("asks the server when it is ready and whether it lives, and gives it the time to answer what it has", () => {
    const { pod, container } = partsOf({});
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: "/readyz", port: "http" } },
      readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
      livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
      ports: [{ name: "http", containerPort: 3000 }],
      resources: { requests: { cpu: "1500m", memory: "4Gi" }, limits: { memory: "4Gi" } },
    });
    // The pause before SIGTERM, all of --grace, and what is left of the log.
    expect(pod.terminationGracePeriodSeconds).toBe(45);
    expect(partsOf({ graceMs: 90_500 }).pod.terminationGracePeriodSeconds).toBe(106);
  });

  test("names secrets of the cluster and the code that should run, and writes no value of a secret", () => {
    const { container } = partsOf({});
    expect(container.envFrom).toEqual([{ secretRef: { name: "aws" } }, { secretRef: { name: "features-db" } }]);
    expect(container.args).toEqual(["serve", "--host", "0.0.0.0", "--expect-code", CODE, "--log", "0.1"]);
    // Kubernetes makes this of it again: it would put a variable in for what has one dollar.
    expect(container.env).toContainEqual({ name: "GREETING", value: "$$(HOME) #1: 'yes'\n- no" });
    for (const name of ["AWS_SECRET_ACCESS_KEY", "db_password", "OPENAI_API_KEY"])
      expect(() => plainVariables([`${name}=hunter2`])).toThrow(expect.not.stringContaining("hunter2"));
    expect(() => plainVariables(["hunter 2"])).toThrow(/NAME=VALUE/);
    expect(plainVariables(["LOG_LEVEL=a=b", "EMPTY="])).toEqual({ LOG_LEVEL: "a=b", EMPTY: "" });
  });
});

test("every class has a name that Kubernetes and registries take, also one in another script", () => {
  const named: Readonly<Record<string, RegExp>> = {
    ChurnService: /^churn-service$/,
    HTTPModel2Service: /^http-model2-service$/,
    CaféService: /^cafe-service$/,
    Größe: /^gro-e-[\da-f]{8}$/,
    顧客: /^service-[\da-f]{8}$/,
    顧客Service: /^service-[\da-f]{8}$/,
    $: /^service-[\da-f]{8}$/,
    _1st: /^st$/,
    [`Very${"Long".repeat(40)}`]: /^very-.*-[\da-f]{8}$/,
  };
  for (const [service, name] of Object.entries(named)) {
    expect(objectNameOf(service)).toMatch(name);
    expect(objectNameOf(service)).toMatch(/^[a-z]([-a-z0-9]{0,39}[a-z0-9])?$/);
  }
  expect(new Set(Object.keys(named).map(objectNameOf)).size).toBe(Object.keys(named).length);
});

test("packages with native parts are installed in the image and linked to where the project has them", () => {
  const text = dockerfileText({
    ...{ base: "node:22-slim", platform: null, parts: ["millrace", "files"], labels: { "millrace.service": 'A"$B' } },
    install: { lock: "{}", manifest: "{}", key: "k", places: { "app's/node_modules/sharp": "sharp" } },
  });
  expect(text).toContain(
    "COPY millrace/ /srv/project/\nCOPY files/ /srv/project/\nCOPY service/ /srv/\nRUN cd /srv/install && npm",
  );
  expect(text).toContain(
    String.raw`ln -s '/srv/install/node_modules/sharp' '/srv/project/app'\''s/node_modules/sharp'`,
  );
  expect(text).toContain(String.raw`LABEL millrace.service="A\"\$B"`);
});

test("a folder with native parts in it is built for the machines that they are for", () => {
  const of = (platform: string | null) =>
    dockerfileText({ base: "node:22-slim", platform, parts: [], labels: { a: "b" }, install: null }).split("\n")[2];
  expect(of(null)).toBe("FROM ${BASE}");
  expect(of("linux-x64")).toBe("FROM --platform=linux/amd64 ${BASE}");
  expect(of("linux-arm64")).toBe("FROM --platform=linux/arm64 ${BASE}");
});

interface AttributeType {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
}

/** Its classes of objects, by name. */
const CLIENT = kubernetes as unknown as Readonly<
  Record<string, { getAttributeTypeMap?(): readonly AttributeType[] } | undefined>
>;

/** Fields that the types of Kubernetes' client do not have, each with its path. */
function unknownFields(value: unknown, type: string, at = type): string[] {
  const [, item] = /^Array<(.+)>$/.exec(type) ?? [];
  if (item !== undefined)
    return (value as readonly unknown[]).flatMap((one, index) => unknownFields(one, item, `${at}[${index}]`));
  const model = CLIENT[type];
  if (model?.getAttributeTypeMap === undefined) return [];
  const known = new Map(model.getAttributeTypeMap().map((one) => [one.baseName, one.type]));
  return Object.entries(value as object).flatMap(([field, inner]) => {
    const found = known.get(field);
    return found === undefined ? [`${at}.${field}`] : unknownFields(inner, found, `${at}.${field}`);
  });
}

function partsOf(more: Partial<ServiceManifestOptions>) {
  const [deployment] = serviceManifest({ ...OPTIONS, ...more }) as unknown as readonly kubernetes.V1Deployment[];
  const pod = deployment?.spec?.template.spec;
  const container = pod?.containers[0];
  if (pod === undefined || container === undefined) throw new Error("there is no container");
  return { pod, container };
}
