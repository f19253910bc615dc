# Set-up that scripts/start and scripts/test share. Every function may be called again and again.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/consultbox"

say() { printf '%s\n' "› $*"; }

# Ends with a message that says what to do.
give_up() {
  printf '\n%s\n' "✗ $*" >&2
  exit 1
}

# Runs a command that needs root, through sudo where we are not.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else give_up "This needs root and there is no sudo. As root, run:  $*"
  fi
}

apt_updated=''
# apt_install <package>…: installs what is missing.
apt_install() {
  command -v apt-get >/dev/null ||
    give_up "Missing: $*. This is not Debian or Ubuntu: install it by hand, then start again."
  say "installing $* (apt)"
  if [ -z "$apt_updated" ]; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update ||
      give_up "apt-get update failed. Is this machine online, and is /etc/apt/sources.list right?"
    apt_updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; give_up "apt could not install $*; the lines above say why."; }
}

# need <command> <package>…: the packages that bring a command.
need() {
  local command="$1"
  shift
  command -v "$command" >/dev/null || apt_install "$@"
  command -v "$command" >/dev/null || give_up "$command is still missing after $* was installed."
}

# The Bun of .bun-version: from PATH, else from our cache, else installed there.
ensure_bun() {
  local wanted
  wanted="$(cat "$root/.bun-version")"
  if command -v bun >/dev/null && [ "$(bun --version 2>/dev/null)" = "$wanted" ]; then return; fi
  local dir="$cache/bun-$wanted"
  export PATH="$dir/node_modules/.bin:$dir/bin:$PATH"
  if command -v bun >/dev/null && [ "$(bun --version 2>/dev/null)" = "$wanted" ]; then return; fi
  mkdir -p "$dir"
  say "installing Bun $wanted"
  if ! command -v npm >/dev/null && command -v curl >/dev/null && command -v unzip >/dev/null; then
    curl -fsSL --max-time 60 https://bun.com/install 2>>"$log" |
      BUN_INSTALL="$dir" SHELL=/bin/sh bash -s "bun-v$wanted" >>"$log" 2>&1 || true
  fi
  if [ "$(bun --version 2>/dev/null)" != "$wanted" ]; then
    need npm npm
    npm install --loglevel=error --no-save --prefix "$dir" "bun@$wanted" >"$log" 2>&1 ||
      { tail -n 20 "$log" >&2; give_up "npm could not install Bun $wanted; the lines above say why."; }
  fi
  [ "$(bun --version 2>/dev/null)" = "$wanted" ] ||
    give_up "Bun $wanted does not run here. Install it from https://bun.com, then start again."
}

# The packages of bun.lock, unless they are there already.
ensure_packages() {
  local stamp="$root/node_modules/.consultbox-stamp"
  local wanted
  wanted="$(cat "$root/bun.lock" "$root/package.json" | sha256sum | cut -d' ' -f1)"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  say "installing the packages of bun.lock"
  (cd "$root" && bun install --frozen-lockfile >"$log" 2>&1) ||
    { tail -n 20 "$log" >&2; give_up "bun install failed; the lines above say why."; }
  printf '%s' "$wanted" >"$stamp"
}

# Schemathesis in an environment of its own; where it cannot be had, its tests are skipped and say so.
ensure_schemathesis() {
  local dir="$cache/schemathesis" list="$root/tests/tools/schemathesis-requirements.txt"
  local wanted
  wanted="$(sha256sum <"$list")"
  if [ "$(cat "$dir/.consultbox-stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
  say "installing Schemathesis"
  rm -rf "$dir"
  if python3 -m venv "$dir" >"$log" 2>&1 && "$dir/bin/pip" install --quiet -r "$list" >>"$log" 2>&1; then
    printf '%s' "$wanted" >"$dir/.consultbox-stamp"
  else
    tail -n 3 "$log" >&2
    rm -rf "$dir"
    say "Schemathesis could not be installed: its tests are skipped"
  fi
}

# Pebble, an ACME authority for tests, made by Go 1.24 or newer; where there is none, its tests are skipped and say so.
ensure_pebble() {
  local version=v2.10.1 dir="$cache/pebble"
  if [ "$(cat "$dir/.consultbox-stamp" 2>/dev/null)" = "$version" ]; then return; fi
  local go=''
  for each in go /usr/local/go/bin/go; do
    if command -v "$each" >/dev/null && "$each" version 2>/dev/null | grep -Eq 'go1\.(2[4-9]|[3-9][0-9])'; then
      go="$each"
      break
    fi
  done
  if [ -z "$go" ]; then
    say "there is no Go 1.24: the tests on a real ACME authority are skipped"
    return
  fi
  say "making Pebble"
  mkdir -p "$dir"
  if GOBIN="$dir" GOFLAGS=-mod=mod "$go" install "github.com/letsencrypt/pebble/v2/cmd/pebble@$version" >"$log" 2>&1; then
    printf '%s' "$version" >"$dir/.consultbox-stamp"
  else
    tail -n 3 "$log" >&2
    say "Pebble could not be made: its tests are skipped"
  fi
}

# The pages, unless they are newer than their sources.
ensure_ui() {
  local built="$root/dist/ui/index.html"
  if [ -f "$built" ] && [ -z "$(find "$root/ui" "$root/scripts/build-ui.ts" "$root/bun.lock" -newer "$built" -type f -print -quit)" ]; then
    return
  fi
  say "building the pages"
  (cd "$root" && bun scripts/build-ui.ts >"$log" 2>&1) ||
    { tail -n 20 "$log" >&2; give_up "the pages could not be built; the lines above say why."; }
}

mkdir -p "$cache" || give_up "The cache $cache cannot be written: set XDG_CACHE_HOME to a folder that can."
log="$cache/setup.log"
: >"$log"
