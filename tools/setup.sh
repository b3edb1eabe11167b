# Shared by ./run and ./test: what to install, how to say what happens. Sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

BUILD_PACKAGES=(clang-19 lld-19 llvm-19 cmake ninja-build ccache pkg-config
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev zlib1g-dev librocksdb-dev libyaml-cpp-dev
  libfmt-dev libspdlog-dev libcli11-dev libsodium-dev libre2-dev libgtest-dev libgmock-dev libbenchmark-dev)
TEST_PACKAGES=(clang-format-19 clang-tidy-19 libclang-rt-19-dev awscli python3-boto3 chromium fonts-dejavu-core curl)

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs the named Debian packages that are missing; silent and offline when there are none.
install_packages() {
  local missing=() package
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
  for package in "$@"; do
    grep -qx -- "$package" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  command -v apt-get >/dev/null || die "these Debian packages are missing and there is no apt-get: ${missing[*]}"
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install them; the lines above say why"
}

# build PRESET [TARGET...]: configures when needed, builds, shows ninja's progress only while there is something to do.
build() {
  local preset=$1
  shift
  [ -f "build/$preset/build.ninja" ] || {
    say "Configuring build/$preset"
    cmake --preset "$preset" ${CMAKE_ARGUMENTS:-} >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; rm -f "build-$preset.log"; return 1; }
    rm -f "build-$preset.log"
  }
  # Nothing to do says nothing.
  NINJA_STATUS='[%f/%t, %es] ' ninja -C "build/$preset" "$@" | { grep --line-buffered -v -e 'no work to do' -e 'Entering directory' -e 'globbed directories' || true; } ||
    die "the build of build/$preset failed; the lines above say where"
}
