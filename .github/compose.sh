#!/usr/bin/env bash
# Publishes the system for Docker Compose, starts it with the images that `dotnet publish -t:PublishContainer` made, calls
# a tool with an API key, and takes it down again. It wants the Aspire build (debug) and Docker with Compose.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
bin=${ArtifactsPath:-artifacts}/bin
dotnet "$bin/OrdersMcp.AppHost/debug/OrdersMcp.AppHost.dll" --operation publish --step publish --output-path "$folder" \
  --Deployment:Target=compose --Parameters:api-key-hash=asked

dotnet "$bin/OrdersMcp.McpServer/debug/OrdersMcp.McpServer.dll" create-api-key --name ci --scopes orders.read > "$folder/key"
key=$(grep -o '^omcp_[^ ]*' "$folder/key")
hash=$(grep -o 'hmac-sha256:[^"]*' "$folder/key")
sed -i -E -e 's|^API_IMAGE=$|&ordersmcp/api:latest|' -e 's|^MCP_IMAGE=$|&ordersmcp/mcp:latest|' -e 's|_PORT=$|&8080|' \
  -e "s|^API_KEY_HASH=\$|&$hash|" -e "s|(_PASSWORD\|_KEY)=\$|&$(openssl rand -hex 24)|" "$folder/.env"

compose=(docker compose --project-name "ordersmcp-$$" --file "$folder/docker-compose.yaml")
trap '"${compose[@]}" logs --tail 50; "${compose[@]}" down --volumes; rm -rf "$folder"' EXIT
"${compose[@]}" up --detach

retry=(curl --silent --show-error --fail --max-time 20 --retry 30 --retry-delay 2 --retry-all-errors)
"${retry[@]}" --output /dev/null http://localhost:5090/health
"${retry[@]}" --output /dev/null http://localhost:18888/health
answer=$("${retry[@]}" http://localhost:5090/mcp --header "X-API-Key: $key" --header 'Content-Type: application/json' \
  --header 'Accept: application/json, text/event-stream' --header 'MCP-Protocol-Version: 2025-11-25' --data \
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_orders","arguments":{}}}')
grep --quiet '"structuredContent":{"items":' <<< "$answer" || { echo "A tool answered: $answer" >&2; exit 1; }
stranger=$(curl --silent --output /dev/null --write-out '%{http_code}' http://localhost:5090/mcp --request POST)
[ "$stranger" = 401 ] || { echo "A stranger was answered $stranger" >&2; exit 1; }
echo "The system came up with Docker Compose, and a tool answered."
