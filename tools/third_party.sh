#!/usr/bin/env bash
# Builds the C libraries that the distributions here do not have, out of pinned source packages: static,
# -O2 -fPIC, once for all build presets. Prints the folder of each named library, with include/ and lib/ in it;
# does nothing, and asks for no network, when that is up to date. CMake calls it: cmake/ThirdParty.cmake.
# Usage: tools/third_party.sh NAME…
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${AUTOSRE_TEST_CACHE:-$repo/.cache}/third-party
cc=${CC:-$(command -v clang-19 || echo cc)}

say() { echo "third_party: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

# A library a row: its version, the package with its sources and that file's SHA-256. build_NAME below makes
# it; its licence is in docs/dependencies.md.
pin_of() {
  case $1 in
    boringssl) echo 20261030 pypi grpcio 1.85.1 5f530287d5de5f7f66089ead81de44f6787162944dab3922efa65dfdff108a1d ;;
    lexbor) echo 3.1.0 pypi selectolax 1.0.2 f0508ad927aa426425d4aa7a2bb2f8b21c01412534465bd227e241d4d0a6a418 ;;
    *) fail "unknown library \"$1\"" "add its row to tools/third_party.sh" ;;
  esac
}

# In the unpacked package, with $out to fill: include/ and lib/.

# Both its libraries in one archive. The package has the sources, generated ones included, but not their own
# build files. Chrome puts a GREASE value (RFC 8701) before its signature algorithms too: added here.
build_boringssl() {
  cp LICENSE "$out"
  cd third_party/boringssl-with-bazel
  sed -i 's/^  ssl_grease_last_index = .*/  ssl_grease_signature,\n  ssl_grease_last_index = ssl_grease_signature,/' ssl/internal.h
  sed -i '/^bool tls12_add_verify_sigalgs(.*{$/a if (!hs->ssl->server \&\& hs->ssl->ctx->grease_enabled \&\&\
    !CBB_add_u16(out, ssl_get_grease_value(hs, ssl_grease_signature))) return false;' ssl/extensions.cc
  grep -q 'ssl_grease_signature' ssl/extensions.cc && grep -q 'ssl_grease_signature' ssl/internal.h
  { find crypto ssl -name '*.cc' ! -name '*_test.cc' ! -path '*/test/*' ! -path '*/fipsmodule/*'
    echo gen/crypto/err_data.cc crypto/fipsmodule/bcm.cc crypto/fipsmodule/fips_shared_support.cc | tr ' ' '\n'
    find crypto third_party/fiat/asm -name '*.S'
    find gen/crypto gen/bcm -name '*-linux.S'
  } | compile libboringssl.a -DBORINGSSL_IMPLEMENTATION -std=c++17 -fno-exceptions -fno-rtti -fvisibility=hidden \
    -fno-strict-aliasing -fno-common -Iinclude
  cp -r include/openssl "$out/include"
}

# Its HTML, CSS selectors, encodings and URLs; what the package itself wraps around it is left out.
build_lexbor() {
  cd lexbor/source
  find lexbor/{core,css,dom,encoding,html,ns,punycode,selectors,tag,unicode,url} lexbor/ports/posix -name '*.c' |
    compile liblexbor.a -std=c99 -D_POSIX_C_SOURCE=199309L -DLEXBOR_STATIC -I.
  find lexbor -name '*.h' -exec cp --parents '{}' "$out/include" \;
  cp ../LICENSE ../NOTICE "$out"
}

# compile LIBRARY FLAG…: the sources named on stdin into one archive.
compile() {
  local library=$1
  shift
  mkdir -p objects
  xargs -P "${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}" -I '{}' sh -c 'source=$1; shift
    exec "$@" -c "$source" -o "objects/$(echo "$source" | tr / _).o"' compile '{}' \
    "$cc" -O2 -fPIC -ffunction-sections -fdata-sections -w "$@"
  ar rcs "$out/lib/$library" objects/*.o
}

# A PyPI source package, by the package client, so that the user's mirrors and certificates apply. The client
# wants its metadata, for which it would run the package's build backend: ours is found first and runs nothing.
fetch_pypi() {
  mkdir -p backend/setuptools
  touch backend/setuptools/__init__.py
  cp "$repo/share/local/inert_backend.py" backend/setuptools/build_meta.py
  echo "$1==$2 --hash=sha256:$3" > requirements.txt
  PYTHONPATH=$PWD/backend AUTOSRE_PACKAGE_NAME=$1 AUTOSRE_PACKAGE_VERSION=$2 PIP_REQUIRE_VIRTUALENV=0 \
    "$repo/tools/retry.sh" 900 python3 -m pip download --quiet --no-input --disable-pip-version-check --no-deps \
    --require-hashes --no-binary :all: --no-build-isolation --use-pep517 \
    --requirement requirements.txt --dest package >&2 ||
    fail "cannot download $1 $2" "check the network and python3 -m pip --version"
}

# What a library is made of: when this changes it is made anew.
stamp_of() {
  { pin_of "$1"; declare -f "build_$1" compile; uname -m; grep -E '^(ID|VERSION_ID)=' /etc/os-release; } |
    sha256sum | cut -d' ' -f1
}

make_library() (
  read -r version registry package package_version sha256 <<< "$(pin_of "$1")"
  work=$folder.work
  rm -rf "$work"
  mkdir -p "$work"/{unpacked,out/include,out/lib}
  cd "$work"
  say "building $1 $version, once"
  "fetch_$registry" "$package" "$package_version" "$sha256"
  [ "$(sha256sum package/* | cut -d' ' -f1)" = "$sha256" ] ||
    fail "the download of $package is not what was expected" "its SHA-256 differs from $sha256"
  tar -xf package/* -C unpacked --strip-components 1
  out=$work/out
  (cd unpacked && "build_$1") || fail "cannot build $1" "see above"
  stamp_of "$1" > out/stamp
  rm -rf "$folder"
  mv out "$folder"
  rm -rf "$work"
)

mkdir -p "$cache"
for name in "$@"; do
  version=$(pin_of "$name" | cut -d' ' -f1)
  folder=$cache/$name-$version
  exec 9> "$folder.lock"
  flock 9
  [ "$(cat "$folder/stamp" 2> /dev/null)" = "$(stamp_of "$name")" ] || make_library "$name"
  exec 9>&-
  echo "$folder"
done
