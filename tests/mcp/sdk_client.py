"""The Python SDK against a server: sdk_client.py ERA PROGRAM-OR-URL. Prints what it saw as JSON."""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(era, target):
    server = target if target.startswith("http") else stdio_client(StdioServerParameters(command=target))
    progress = []

    async def on_progress(value, total, message):
        progress.append(value)

    async with Client(server, mode=era) as client:
        tools = (await client.list_tools()).tools
        text = await client.call_tool("test_simple_text", {})
        await client.call_tool("test_tool_with_progress", {}, progress_callback=on_progress)
        failed = await client.call_tool("test_error_handling", {})
        wrong = await client.call_tool("test_slow", {"millis": 1})
        cancelled = False
        try:
            await asyncio.wait_for(client.call_tool("test_slow", {"milliseconds": 60000}), 0.1)
        except (TimeoutError, asyncio.TimeoutError):
            cancelled = True
        after = await client.call_tool("test_simple_text", {})
        print(json.dumps({
            "server": client.server_info and client.server_info.name, "names": [t.name for t in tools], "text": text.content[0].text,
            "progress": progress, "failed": failed.is_error, "wrong": wrong.content[0].text,
            "cancelled": cancelled, "after": after.content[0].text}))


asyncio.run(main(*sys.argv[1:]))
