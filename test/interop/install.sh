#!/usr/bin/env bash
# Installs the other implementations of QUIC that the interoperability tests meet, below node_modules/.cache/interop:
# aioquic by pip, quic-go by go; with --all also quinn and quiche by cargo. What is there and current stays.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly peers=test/interop/peers
readonly cache=$PWD/node_modules/.cache/interop

fail() {
  echo "interop: $1" >&2
  exit 1
}

# Whether a peer was made from the files as they are now.
is_current() {
  [[ -f $cache/$1.sum && $(cat "$cache/$1.sum") == "$(checksum "$1")" ]]
}

checksum() {
  find "$peers/$1" -type f -not -path '*/target/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

install_aioquic() {
  command -v python3 >/dev/null || fail "aioquic needs python3: apt-get install python3 python3-venv"
  rm -rf "$cache/aioquic"
  python3 -m venv "$cache/aioquic" || fail "python3 cannot make an environment for aioquic: apt-get install python3-venv"
  "$cache/aioquic/bin/python" -m pip install --quiet --disable-pip-version-check -r "$peers/aioquic/requirements.txt" ||
    fail "pip could not install $peers/aioquic/requirements.txt: is the package index reachable?"
}

install_quic-go() {
  command -v go >/dev/null || fail "quic-go needs Go 1.26 or later: apt-get install golang-go"
  (cd "$peers/quic-go" && go build -o "$cache/quic-go" .) ||
    fail "go could not build $peers/quic-go: is the module proxy reachable, and $(go version) not older than in its go.mod?"
}

install_crate() {
  command -v cargo >/dev/null || fail "$1 needs cargo: install Rust, or leave out --all"
  cargo build --quiet --release --locked --manifest-path "$peers/$1/Cargo.toml" --target-dir "$cache/cargo" ||
    fail "cargo could not build $peers/$1: is the crate registry reachable?"
}

install_quinn() { install_crate quinn; }

# It builds the BoringSSL that its crate contains.
install_quiche() {
  command -v cmake >/dev/null || fail "quiche needs cmake: apt-get install cmake, or leave out --all"
  compgen -G "/usr/lib/llvm-*/lib/libclang*.so*" >/dev/null || fail "quiche needs libclang: apt-get install libclang-dev"
  install_crate quiche
}

wanted=(aioquic quic-go)
[[ ${1:-} == --all ]] && wanted+=(quinn quiche)
mkdir -p "$cache"
for peer in "${wanted[@]}"; do
  is_current "$peer" && continue
  echo "interop: installing $peer"
  "install_$peer"
  checksum "$peer" >"$cache/$peer.sum"
done
