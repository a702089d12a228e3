import { AwsRestJsonProtocol } from "@aws-sdk/core/protocols";
import { collectBody } from "@smithy/core/protocols";
import type { HandlerExecutionContext, HttpResponse, MetadataBearer, SerdeFunctions } from "@smithy/types";

type Operation = Parameters<AwsRestJsonProtocol["deserializeResponse"]>[0];

/**
 * Batch answers in plain JSON whose names and values are those of the SDK's types. Left to itself the SDK walks each answer
 * by its schema, which for a hundred jobs takes about five times as long as parsing them.
 */
export class PlainAnswers extends AwsRestJsonProtocol {
  override async deserializeResponse<Output extends MetadataBearer>(
    operation: Operation,
    context: HandlerExecutionContext & SerdeFunctions,
    response: HttpResponse,
  ): Promise<Output> {
    if (response.statusCode >= 300) return super.deserializeResponse<Output>(operation, context, response);
    const { buffer, byteOffset, byteLength } = await collectBody(response.body, context);
    const text = Buffer.from(buffer, byteOffset, byteLength).toString();
    const answer = (text === "" ? {} : JSON.parse(text)) as Omit<Output, "$metadata">;
    return { ...answer, $metadata: this.deserializeMetadata(response) } as Output;
  }
}
