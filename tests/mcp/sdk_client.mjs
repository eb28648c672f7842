// One of the TypeScript SDKs against a server: node sdk_client.mjs 1|2 ERA stdio|http PROGRAM-OR-URL.
// Prints what it saw as JSON.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [line, era, transport, target] = process.argv.slice(2);
const require = createRequire(process.env.MCP_CLIENTS + '/');
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const root = line === '1' ? '@modelcontextprotocol/sdk/client' : '@modelcontextprotocol/client';
const main = await load(line === '1' ? root + '/index.js' : root);
const stdio = await load(line === '1' ? root + '/stdio.js' : root + '/stdio');
const http = line === '1' ? await load(root + '/streamableHttp.js') : main;

const options = line === '1' ? {} : { versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : era } };
const client = new main.Client({ name: 'test', version: '1' }, options);
await client.connect(transport === 'stdio'
  ? new stdio.StdioClientTransport({ command: target })
  : new http.StreamableHTTPClientTransport(new URL(target)));

const { tools } = await client.listTools();
const progress = [];
const onprogress = (p) => progress.push(p.progress);
const call = (name, args, more = {}) => line === '1'
  ? client.callTool({ name, arguments: args }, undefined, more)
  : client.callTool({ name, arguments: args }, more);
const text = await call('test_simple_text', {});
await call('test_tool_with_progress', {}, { onprogress });
const failed = await call('test_error_handling', {});
const wrong = await call('test_slow', { millis: 1 });
const abort = new AbortController();
setTimeout(() => abort.abort(), 100);
let cancelled = false;
try {
  await call('test_slow', { milliseconds: 60000 }, { signal: abort.signal });
} catch {
  cancelled = true;
}
const after = await call('test_simple_text', {});
console.log(JSON.stringify({
  server: client.getServerVersion()?.name, names: tools.map((t) => t.name), text: text.content[0].text, progress,
  failed: failed.isError, wrong: wrong.content[0].text, cancelled, after: after.content[0].text,
}));
await client.close();
