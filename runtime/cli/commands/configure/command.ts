import { Command } from "commander";
import process from "node:process";
import { consoleOutput } from "../../output.ts";
import { strictCommands } from "../../strict-commands.ts";
import type { ConfigureAwsFlags } from "./flags.ts";

/** `configure aws`: the settings of a project. It is about no flow, so flow files do not have it. */
export function configureCommand(): Command {
  const command = new Command("millrace configure").description("the settings of this project, millrace.config.json");
  command
    .command("aws")
    .description("where runs store and compute on AWS: asks for what is missing, tries it out, writes it down")
    .option("--stack <name>", "take all but the image from the outputs of a CloudFormation stack")
    .option("--datastore <location>", "s3://bucket/prefix")
    .option("--queue <queue>", "the Batch job queue, by name or ARN")
    .option("--job-role <arn>", "the role that steps have")
    .option("--execution-role <arn>", "the role with which AWS starts their containers")
    .option("--image <image>", "the container image of steps that name none")
    .option("--region <region>", "where stack and queue are (default: as for every program that calls AWS)")
    .option("--no-verify", "write it down without trying it out")
    .option("--template", "print the CloudFormation template that makes all of it, and do nothing else")
    .option("--json", "print JSON, and ask nothing")
    .action(async (flags: ConfigureAwsFlags) => {
      const { configureAws } = await import("./configure-aws.ts");
      await configureAws(flags, { output: consoleOutput({ isJson: flags.json === true }), cwd: process.cwd() });
    });
  return strictCommands(command);
}
