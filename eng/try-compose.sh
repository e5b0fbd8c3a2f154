#!/bin/sh
# Builds deploy/compose, starts it with new keys, calls a tool over the published port, and removes everything. Needs a
# container engine with Compose, and the system's ports free.
set -eu
cd "$(dirname "$0")/../deploy/compose"

for file in .env callers.env; do
  if [ -e "$file" ]; then
    echo "deploy/compose/$file exists: this would replace a system in use." >&2
    exit 1
  fi
done

end() {
  status=$?
  [ "$status" -eq 0 ] || docker compose logs --no-color || true
  docker compose down --volumes || true
  rm -f .env callers.env
  exit "$status"
}
trap end EXIT

sh create-env.sh
docker compose config --quiet
docker compose build
printed=$(docker compose run --rm --no-deps mcp create-api-key --name try --scopes orders.read)
printf '%s\n' "$printed" | sed -n 's/^ *\(Authentication__ApiKeys.*\)$/\1/p' > callers.env
key=$(printf '%s\n' "$printed" | grep -o '^omcp_[0-9a-f_]*')
docker compose up --detach # waits for the health of each service before it starts the next

answer=$(curl --silent --show-error --fail-with-body --max-time 30 http://localhost:5090/mcp \
  --header "X-API-Key: $key" --header 'Content-Type: application/json' --header 'Accept: application/json, text/event-stream' \
  --header 'MCP-Protocol-Version: 2026-07-28' --header 'Mcp-Method: tools/call' --header 'Mcp-Name: get_order' \
  --data '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_order","arguments":{"orderId":1},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}')
printf '%s\n' "$answer"
printf '%s\n' "$answer" | grep -q '"structuredContent":{"id":1,'
