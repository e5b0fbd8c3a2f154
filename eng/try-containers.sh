#!/bin/sh
# Tries Compose with the container engine of this machine, with stand-ins for the images if no registry can be reached. Where
# there is no engine or no Compose, it says so and tries nothing.
set -eu
cd "$(dirname "$0")/.."

skip() {
  echo "Containers are not tried: $1"
  exit 0
}

docker info > /dev/null 2>&1 || skip "no container engine runs."
docker compose version > /dev/null 2>&1 || skip "Docker Compose is not installed."

missing=
for image in $(sh eng/base-images.sh --list); do
  docker image inspect "$image" > /dev/null 2>&1 || missing=$image
done
if [ -n "$missing" ] && ! docker pull --quiet "$missing"; then
  echo "No registry can be reached: making stand-ins."
  sh eng/base-images.sh
fi

exec sh eng/try-compose.sh
