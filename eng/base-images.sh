#!/bin/sh
# Builds base images for deploy/compose from this machine's .NET and its libraries, so that the system can be tested without
# access to a container registry. Needs Linux with glibc, root, buildah and busybox-static.
set -eu

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/bin" "$root/etc/ssl/certs" "$root/tmp" "$root/usr/share/dotnet" "$work/tools/bin"
chmod 1777 "$root/tmp"

# image NAME FOLDER: an image with the files of the folder
image() {
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$2" /
  buildah config --env PATH=/usr/share/dotnet:/bin --env DOTNET_ROOT=/usr/share/dotnet --env ASPNETCORE_HTTP_PORTS=8080 \
    --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$container"
  buildah commit --quiet --rm "$container" "localhost/ordersmcp/$1"
}

cp /bin/busybox "$work/tools/bin"
image tools "$work/tools"

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs"
echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
cp -R "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$root/usr/share/dotnet"
# .NET loads OpenSSL at run time, so ldd does not list it.
openssl=$(ldconfig -p | sed -n 's/^.*lib\(ssl\|crypto\)\.so\.3 .*x86-64.* => //p')
find "$dotnet/dotnet" "$dotnet/shared" -type f \( -name '*.so' -o -name dotnet \) > "$work/programs"
printf '%s\n' "$openssl" >> "$work/programs"
xargs ldd < "$work/programs" | sed -n 's/^.* => \(\/[^ ]*\) .*$/\1/p; s/^[[:space:]]*\(\/lib[^ ]*\) (.*$/\1/p' \
  | grep -v "^$dotnet/" | sort -u > "$work/libraries"
for library in $(cat "$work/libraries") $openssl; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
image aspnet "$root"

cp /bin/busybox "$root/bin"
for tool in sh mkdir; do ln -sf busybox "$root/bin/$tool"; done
cp -R "$dotnet/." "$root/usr/share/dotnet"
image sdk "$root"

cat <<'END'
Build with them in the root of the repository:

  buildah build --file deploy/compose/Dockerfile --ignorefile deploy/compose/Dockerfile.dockerignore --target api \
    --build-arg SDK=localhost/ordersmcp/sdk --build-arg RUNTIME=localhost/ordersmcp/aspnet \
    --build-arg TOOLS=localhost/ordersmcp/tools --tag ordersmcp/api:compose .
END
