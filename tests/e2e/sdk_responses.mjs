// Streams one response with OpenAI's SDK for Node, goes on from it, asks for structured output, and
// prints what came of it: node sdk_responses.mjs NODE_MODULES BASE_URL
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, baseURL] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const { default: OpenAI, APIError } = await import(pathToFileURL(require.resolve("openai")).href);

const client = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 0 });
const schema = {
  type: "object",
  properties: { place: { type: "string" } },
  required: ["place"],
  additionalProperties: false,
};
const tools = [{ type: "function", name: "get_weather", strict: true, parameters: schema }];
const asked = { model: "local-model", input: "How is the weather in Köln?" };
const seen = { text: "", snapshot: "", types: [] };
try {
  const stream = client.responses.stream({ ...asked, tools });
  stream.on("response.output_text.delta", (event) => {
    seen.text += event.delta;
    seen.snapshot = event.snapshot;
  });
  stream.on("event", (event) => seen.types.push(event.type));
  const streamed = await stream.finalResponse();
  const call = streamed.output.find((item) => item.type === "function_call");
  const next = call && await client.responses.create({
    model: "local-model",
    previous_response_id: streamed.id,
    input: [{ type: "function_call_output", call_id: call.call_id, output: "rain" }],
    tools,
  });
  const parsed = next && await client.responses.parse({
    ...asked,
    text: { format: { type: "json_schema", name: "weather", strict: true, schema } },
  });
  console.log(JSON.stringify({ streamed, next, parsed: parsed?.output_parsed, seen }));
} catch (error) {
  if (!(error instanceof APIError)) throw error;
  const { message, status, code, type, requestID } = error;
  const name = error.constructor.name;
  console.log(JSON.stringify({ error: message, name, status, code, type, requestID, seen }));
}
