#!/bin/sh
# Gives the API access to the database and migrates it, with the image to be deployed. azd runs this script after it has pushed
# the image and before it starts the new revision, which waits for its schema. Both jobs can be repeated.
set -eu

: "${AZURE_RESOURCE_GROUP:?is an output of infra/main.bicep: run azd provision}"
image=$(azd env get-value SERVICE_API_IMAGE_NAME)
patience=2400 # seconds; the job itself ends after 1800

run() {
  az containerapp job update --name "$1" --resource-group "$AZURE_RESOURCE_GROUP" --image "$image" --output none
  execution=$(az containerapp job start --name "$1" --resource-group "$AZURE_RESOURCE_GROUP" --query name --output tsv)
  echo "$1: $execution started"
  deadline=$(($(date +%s) + patience))
  while :; do
    status=$(az containerapp job execution show --name "$1" --resource-group "$AZURE_RESOURCE_GROUP" \
      --job-execution-name "$execution" --query properties.status --output tsv)
    case $status in
      Succeeded)
        echo "$1: succeeded"
        return
        ;;
      Running | Processing | Unknown) ;;
      *)
        echo "$1: $execution ended as $status. Its log: az containerapp job logs show --name $1" \
          "--resource-group $AZURE_RESOURCE_GROUP --execution $execution --container $1" >&2
        exit 1
        ;;
    esac
    if [ "$(date +%s)" -ge "$deadline" ]; then
      echo "$1: $execution is still $status after $patience s" >&2
      exit 1
    fi
    sleep 5
  done
}

run database-access
run database-migrations
