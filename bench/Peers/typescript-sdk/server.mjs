// The SDK's documented stateless server: a server and a transport for each request, behind its Express application.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { createMcpExpressApp } from "@modelcontextprotocol/sdk/server/express.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";

const [port, api] = process.argv.slice(2);
const inputSchema = { orderId: z.number().int() };

function createServer() {
  const server = new McpServer({ name: "typescript-sdk", version: "1.0.0" });
  server.registerTool("get_order", { description: "One order by id.", inputSchema }, async ({ orderId }) => {
    const response = await fetch(`${api}/orders/${orderId}`);
    const order = await response.json();
    return { content: [{ type: "text", text: JSON.stringify(order) }], structuredContent: order, isError: !response.ok };
  });
  return server;
}

const app = createMcpExpressApp();
app.get("/health", (request, response) => response.end());
app.post("/mcp", async (request, response) => {
  const server = createServer();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on("close", () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
app.listen(Number(port), "127.0.0.1");
