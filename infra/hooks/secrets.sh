#!/bin/sh
# Creates the missing secrets of the services, and leaves existing ones unchanged.
# azd runs it after `azd provision`, with the outputs of main.bicep in the environment.
set -eu

: "${AZURE_KEY_VAULT_NAME:?is an output of infra/main.bicep: run azd provision}"
patience=300 # seconds until Azure knows everywhere that this login may read and write secrets
file=$(mktemp)
trap 'rm -f "$file"' EXIT

# Lists the secrets, and retries until the vault grants access: an error must not look like a missing secret.
names=
deadline=$(($(date +%s) + patience))
until names=$(az keyvault secret list --vault-name "$AZURE_KEY_VAULT_NAME" --query '[].name' --output tsv); do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "The secrets of $AZURE_KEY_VAULT_NAME cannot be listed. This login needs the role Key Vault Secrets Officer." >&2
    exit 1
  fi
  sleep 10
done

for name in service-key service-key-other mcp-signing-key mcp-signing-key-other; do
  if printf '%s\n' "$names" | grep -qx "$name"; then
    continue
  fi
  openssl rand -hex 24 | tr -d '\n' > "$file"
  # From a file: other users of this machine can see a command line.
  az keyvault secret set --vault-name "$AZURE_KEY_VAULT_NAME" --name "$name" --file "$file" --output none
  echo "Created the secret $name."
done
