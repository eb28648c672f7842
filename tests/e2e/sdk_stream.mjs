// Streams one message with Anthropic's SDK for Node and prints what its accumulator made of it:
// node sdk_stream.mjs NODE_MODULES BASE_URL
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, baseURL] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const { default: Anthropic, APIError } = await import(
  pathToFileURL(require.resolve("@anthropic-ai/sdk")).href
);

const client = new Anthropic({ baseURL, apiKey: "unused", maxRetries: 0 });
const tool = {
  name: "get_weather",
  input_schema: { type: "object", properties: { place: { type: "string" } } },
};
const seen = { text: "", thinking: "", inputs: [] };
try {
  const stream = client.messages.stream({
    model: "claude-local",
    max_tokens: 300,
    tools: [tool],
    messages: [{ role: "user", content: "How is the weather in Köln?" }],
  });
  stream.on("text", (delta) => (seen.text += delta));
  stream.on("thinking", (delta) => (seen.thinking += delta));
  stream.on("contentBlock", (block) => block.type === "tool_use" && seen.inputs.push(block.input));
  const message = await stream.finalMessage();
  const count = await client.messages.countTokens({
    model: "claude-local",
    messages: [{ role: "user", content: "foo" }],
  });
  console.log(JSON.stringify({ message, seen, count: count.input_tokens }));
} catch (error) {
  if (!(error instanceof APIError)) throw error;
  console.log(JSON.stringify({ error: error.message, status: error.status, seen }));
}
