#!/bin/sh
# Builds deploy/compose, starts it with new keys, calls a tool over the published port, looks for its trace and the Inspector,
# stops everything in order, and removes it. Needs a container engine with Compose, and the system's ports free.
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

# Nothing waits for the Inspector, and the services send their spans every few seconds.
curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-all-errors --output /dev/null http://localhost:6274/healthz
token=$(sed -n 's/^DASHBOARD_TOKEN=//p' .env)
traces() { curl --silent --fail --header "X-API-Key: $token" 'http://localhost:18888/api/telemetry/traces?limit=100'; }
left=60
until traces | grep -q '"SELECT orders '; do
  [ "$((left -= 1))" -gt 0 ] || { echo "The dashboard has no trace of the call down to its SQL." >&2; exit 1; }
  sleep 1
done

docker compose stop
for service in database api mcp; do
  code=$(docker inspect --format '{{.State.ExitCode}}' "$(docker compose ps --all --quiet "$service")")
  [ "$code" -eq 0 ] || { echo "$service ended with exit code $code when it was stopped." >&2; exit 1; }
done
docker compose logs --no-color database | tail -n 5 | grep -q 'database system is shut down'
