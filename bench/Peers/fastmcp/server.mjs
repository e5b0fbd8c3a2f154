// fastmcp as its README has it, stateless and with JSON answers.
import { FastMCP } from "fastmcp";
import { z } from "zod";

const [port, api] = process.argv.slice(2);
const server = new FastMCP({ name: "fastmcp", version: "1.0.0" });
server.addTool({
  name: "get_order",
  description: "One order by id.",
  parameters: z.object({ orderId: z.number().int() }),
  execute: async ({ orderId }) => {
    const response = await fetch(`${api}/orders/${orderId}`);
    const order = await response.json();
    return { content: [{ type: "text", text: JSON.stringify(order) }], structuredContent: order, isError: !response.ok };
  },
});
await server.start({
  transportType: "httpStream",
  httpStream: { port: Number(port), host: "127.0.0.1", endpoint: "/mcp", stateless: true, enableJsonResponse: true },
});
