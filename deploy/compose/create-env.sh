#!/bin/sh
# Writes .env with a random value for each password and key, and an empty callers.env. Existing files are not changed.
set -eu
cd "$(dirname "$0")"
umask 077

if [ -e .env ]; then
  echo ".env exists already; nothing was changed." >&2
else
  while IFS= read -r line; do
    case $line in
      [A-Z]*=) printf '%s%s\n' "$line" "$(openssl rand -hex 24)" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < .env.example > .env
  echo "Wrote .env."
fi

if [ ! -e callers.env ]; then
  cp callers.env.example callers.env
  echo "Wrote callers.env: fill in who may call the MCP server."
fi
