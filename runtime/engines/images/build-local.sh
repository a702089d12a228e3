#!/usr/bin/env bash
# Makes a small image of what this machine has, so that tests need no image registry: its Node with the libraries that it
# loads, its npm, and a shell of busybox's.
#
#   build-local.sh [TAG]                       default: millrace-test:local
#   build-local.sh --without-node [TAG]        default: millrace-test:without-node
#   NODE=/path/to/node build-local.sh [TAG]    another Node than that on PATH
#
# Prints the tag. An image that would come out the same is left as it is.
set -euo pipefail
umask 022

readonly LABEL=millrace.test-image
with_node=1
if [ "${1:-}" = --without-node ]; then
  with_node=0
  shift
fi
if [ "$#" -gt 1 ] || [[ "${1:-}" = -* ]]; then
  echo "Cannot build the image because the arguments are not [--without-node] [TAG]: $*" >&2
  exit 2
fi
tag=${1:-millrace-test:$([ "$with_node" = 1 ] && echo local || echo without-node)}

fail() {
  printf 'Cannot build the image %s because %s\n' "$tag" "$1" >&2
  exit 1
}

# Not the busybox of another package: it would need libraries of its own.
find_busybox() {
  local file
  for file in /bin/busybox /usr/bin/busybox; do
    [ -x "$file" ] && ! ldd "$file" >/dev/null 2>&1 && readlink -f "$file" && return
  done
  fail "there is no static busybox: install busybox-static"
}

# Where npm lies, or nothing: another Node may come without one.
find_npm() {
  local cli folder
  cli=$(readlink -f "$(command -v npm || true)") || return 0
  folder=${cli%/bin/npm-cli.js}
  if [ "$folder" != "$cli" ] && [ -f "$folder/package.json" ]; then echo "$folder"; fi
}

copy() {
  mkdir -p "$root$(dirname "$1")"
  cp -L "$1" "$root$1"
}

# glibc opens the last three by name, so ldd does not list them.
copy_libraries_of() {
  local library libc
  while read -r library; do
    copy "$library"
    case $library in */libc.so.6) libc=$library ;; esac
  done < <(ldd "$1" | grep -o '/[^ ]*')
  for library in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
    if [ -e "${libc%/*}/$library" ]; then copy "${libc%/*}/$library"; fi
  done
}

add_base() {
  local applet
  # Without it, tar would keep the mode of the folder that mktemp made: closed to all users but root.
  chmod 755 "$root"
  mkdir -p "$root"/{bin,usr/bin,usr/lib,etc/ssl/certs,root,proc,sys,dev}
  mkdir -m 1777 "$root"/{tmp,var,var/tmp}
  chmod 755 "$root/var"
  cp "$busybox" "$root/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  # Where scripts expect it.
  ln -s ../../bin/env "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then copy /etc/ssl/certs/ca-certificates.crt; fi
}

add_node() {
  cp -L "$node" "$root/usr/bin/node"
  copy_libraries_of "$node"
  [ -n "$npm" ] || return 0
  mkdir -p "$root/usr/lib/node_modules"
  cp -R "$npm" "$root/usr/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/bin/npx"
}

for program in docker tar ldd sha256sum; do
  command -v "$program" >/dev/null || fail "there is no $program on PATH"
done
docker version --format '{{.Server.Version}}' >/dev/null 2>&1 || fail "no container engine answers: $(docker version 2>&1 >/dev/null | tail -n 1)"
busybox=$(find_busybox)
npm=
described="$(sha256sum <"$0") $(sha256sum <"$busybox")"
if [ "$with_node" = 1 ]; then
  node=$(readlink -f "$(command -v "${NODE:-node}" || true)") || fail "there is no program ${NODE:-node}"
  npm=$(find_npm)
  described+=" $("$node" -p '[process.version, process.arch]') $([ -z "$npm" ] || sha256sum <"$npm/package.json")"
fi
hash=$(sha256sum <<<"$described" | cut -c 1-16)

found=$(docker image inspect --format "{{.Id}} {{index .Config.Labels \"$LABEL\"}}" "$tag" 2>/dev/null || true)
if [ "${found#* }" != "$hash" ]; then
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  add_base
  if [ "$with_node" = 1 ]; then add_node; fi
  tar --owner=0 --group=0 --numeric-owner -C "$root" -c . |
    docker import -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin' -c 'ENV HOME=/tmp' -c 'CMD ["sh"]' -c "LABEL $LABEL=$hash" - "$tag" >/dev/null
  # The one that had the tag before; a container may still need it.
  if [ -n "$found" ]; then docker image rm "${found%% *}" >/dev/null 2>&1 || true; fi
fi
echo "$tag"
