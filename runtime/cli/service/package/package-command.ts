import { Command, InvalidArgumentError } from "commander";
import { countOption } from "../../count-option.ts";
import type { ServiceContext } from "../service-context.ts";
import { isObjectName } from "./object-name-of.ts";
import type { PackageDockerFlags } from "./package-docker.ts";
import type { PackageKubernetesFlags } from "./package-kubernetes.ts";

/** `package docker` and `package kubernetes`: the service as an image, and what runs that in a cluster. */
export function packageCommand(context: ServiceContext): Command {
  const command = new Command("package").description("make an image of the service, or a manifest that runs it");
  command.addCommand(dockerCommand(context));
  command.addCommand(kubernetesCommand(context));
  return command;
}

function dockerCommand(context: ServiceContext): Command {
  const { programName } = context;
  return new Command("docker")
    .description("make an image that answers requests, of the service's code, files and packages")
    .option("--tag <name>", "name of the image (default: of the class and the hash of its code)")
    .option("--output <folder>", "write a new folder with a Dockerfile for docker build, and ask no engine")
    .option("--base <image>", "image with Node 20.19 or later to build on (default: MILLRACE_IMAGE, or node:22-slim)")
    .option("--json", "print only JSON on stdout")
    .addHelpText(
      "after",
      `
The Docker engine of this machine, or of DOCKER_HOST, builds the image; neither the program docker nor a registry is
needed if the engine has the base image. With --tag and --output both are made. Models are not part of the image: the
server takes them from the datastore. Files that the code names and those of "include" in millrace.config.json are.

Examples:
  ${programName} package docker --tag registry.example.com/churn:7
  ${programName} package docker --output image && docker build -t churn:7 image
  docker run -p 3000:3000 -e MILLRACE_DATASTORE=s3://models/prod churn:7
  docker run -p 3000:3000 churn:7 serve --host 0.0.0.0 --log 0.1     # any options of serve`,
    )
    .action(async (flags: PackageDockerFlags) => {
      const { packageDocker } = await import("./package-docker.ts");
      await packageDocker(context, flags);
    });
}

function kubernetesCommand(context: ServiceContext): Command {
  const { programName } = context;
  return new Command("kubernetes")
    .description("print a manifest with a Deployment and a Service, for kubectl apply -f -")
    .argument("[serve-options...]", "options of serve, after --")
    .requiredOption("--image <name>", "the image, as the cluster pulls it: registry.example.com/churn:7", imageOption)
    .option("--name <name>", "name of both (default: of the class)", nameOption)
    .option("--namespace <name>", "namespace of both (default: the one that kubectl uses)", nameOption)
    .option("--replicas <n>", "pods that answer", countOption, 2)
    .option("--cpu <cores>", "cores that each pod asks for: 2, 0.5 or 500m", cpuOption, 1)
    .option("--memory <quantity>", "memory that each pod asks for and may take: 512Mi, 4Gi", memoryOption, "1Gi")
    .option("--datastore <location>", "bucket of the models, or a folder on a volume (default: the one in use here)")
    .option("--claim <name>", "PersistentVolumeClaim that has the datastore's folder", nameOption)
    .option("--secret <name>", "Secret whose keys become variables of the server; may be repeated", collected, [])
    .option("--env <name=value>", "variable of the server, for what is no secret; may be repeated", collected, [])
    .option("--service-account <name>", "account of the pods, such as one that may read the bucket")
    .option("--output <file>", "write the manifest to a file")
    .option("--json", "print it as JSON, which kubectl takes as well")
    .addHelpText(
      "after",
      `
The manifest has no secret values: name Secrets of the cluster with --secret, or a --service-account.
New pods are ready before old ones end, and pods that end answer what they have received.

Examples:
  ${programName} package kubernetes --image registry.example.com/churn:7 | kubectl apply -f -
  ${programName} package kubernetes --image churn:7 --replicas 4 --cpu 2 --memory 4Gi --secret aws --output churn.yaml
  ${programName} package kubernetes --image churn:7 -- --canary churn@candidate:5% --log 0.1`,
    )
    .action(async (serveOptions: readonly string[], flags: PackageKubernetesFlags) => {
      const { packageKubernetes } = await import("./package-kubernetes.ts");
      await packageKubernetes(context, serveOptions, flags);
    });
}

function imageOption(text: string): string {
  if (/^[\w.:/@-]+$/.test(text) && !/[:/@]$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the name of an image: registry.example.com/churn:7.");
}

function nameOption(text: string): string {
  if (isObjectName(text)) return text;
  throw new InvalidArgumentError("Names in Kubernetes have lower-case letters, digits and -, and begin with a letter.");
}

function cpuOption(text: string): number {
  const [, digits = "", milli = ""] = /^(\d+(?:\.\d+)?)(m?)$/.exec(text) ?? [];
  const cores = Number(digits) / (milli === "" ? 1 : 1000);
  if (digits !== "" && cores >= 0.001) return cores;
  throw new InvalidArgumentError("It must be a number of cores: 2, 0.5 or 500m.");
}

function memoryOption(text: string): string {
  if (/^[1-9]\d*(Ki|Mi|Gi|Ti|k|M|G|T)$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a quantity as Kubernetes writes it: 512Mi, 4Gi.");
}

function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
