import { Command } from "commander";
import { processSettings } from "../../../config.ts";
import { consoleOutput } from "../../output.ts";
import { strictCommands } from "../../strict-commands.ts";
import type { ConfigureAwsFlags, ConfigureKubernetesFlags } from "./flags.ts";

/** `configure aws` and `configure kubernetes`: the settings of a project. It is about no flow, so flow files do not have it. */
export function configureCommand(): Command {
  const command = new Command("millrace configure").description("the settings of this project, millrace.config.json");
  command
    .command("aws")
    .description("choose where runs store and compute on AWS: asks for what is missing, checks it, and saves it")
    .option("--stack <name>", "take everything but the image from the outputs of a CloudFormation stack")
    .option("--datastore <location>", "s3://bucket/prefix")
    .option("--queue <queue>", "the Batch job queue, by name or ARN")
    .option("--job-role <arn>", "the role that steps run under")
    .option("--execution-role <arn>", "the role that AWS uses to start their containers")
    .option("--state-machine-role <arn>", "the role of state machines, for deploy step-functions")
    .option("--event-role <arn>", "the role with which EventBridge starts them")
    .option("--image <image>", "the container image of steps that do not name one")
    .option("--region <region>", "region of the stack and the queue (default: that of the AWS SDK)")
    .option("--no-verify", "save the settings without checking them")
    .option("--template", "only print the CloudFormation template that creates all of it")
    .option("--json", "print JSON and never ask")
    .action(async (flags: ConfigureAwsFlags) => {
      const { configureAws } = await import("./configure-aws.ts");
      await configureAws(flags, {
        output: consoleOutput({ isJson: flags.json === true }),
        settings: processSettings(),
      });
    });
  command
    .command("kubernetes")
    .description("print the rights that Millrace needs in a namespace of Kubernetes, and say which of them you lack")
    .option("--namespace <namespace>", "the namespace (default: that of the settings or of the context)")
    .option("--service-account <name>", "the service account that gets the rights (default: millrace)")
    .option("--manifest", "only print the manifest, and ask no cluster")
    .option("--json", "print JSON")
    .action(async (flags: ConfigureKubernetesFlags) => {
      const { configureKubernetes } = await import("./configure-kubernetes.ts");
      await configureKubernetes(flags, {
        output: consoleOutput({ isJson: flags.json === true }),
        settings: processSettings(),
      });
    });
  return strictCommands(command);
}
