#!/usr/bin/env bash
# Installs what the named jobs need from the distribution's packages: Debian 12 or Ubuntu 24.04, x86-64
# or arm64. Does nothing, and asks for no network, when all is there. Usage: tools/deps.sh build test …
set -euo pipefail

boost=libboost1.81-dev
grep -qs '^ID=ubuntu' /etc/os-release && boost=libboost1.83-dev

build=(clang-19 lld-19 ccache cmake ninja-build pkg-config ca-certificates git python3 "$boost"
       libnghttp2-dev libbrotli-dev nlohmann-json3-dev libfmt-dev libspdlog-dev libcli11-dev libyaml-cpp-dev
       libarchive-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev nettle-dev libxxhash-dev
       libvpx-dev libturbojpeg0-dev python3-pip)   # fetches the sources of tools/third_party.sh
run=(poppler-utils python3-pip python3-venv g++)   # PDF text; the engine, built here, and its model
clients=()
command -v npm > /dev/null || clients=(nodejs npm)
test=(libgtest-dev libgmock-dev libclang-rt-19-dev llvm-19 iproute2 tmux procps zsh fish
      openssl util-linux openssh-client openssh-server)
# Docker's packages bring their own containerd, which Debian's would replace.
container=()
command -v containerd > /dev/null || container+=(containerd)
command -v runc > /dev/null || container+=(runc)
bench=(nginx-light procps python3-pip python3-venv)
browser=(chromium)
web=(nginx-light curl)
vllm=(libnuma1)
lint=(clang-format-19 python3-pip python3-venv)

wanted=()
for job in "$@"; do
  case $job in
    build) wanted+=("${build[@]}") ;;
    run) wanted+=("${run[@]}" "${clients[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    container) wanted+=("${container[@]}") ;;
    bench) wanted+=("${bench[@]}" "${clients[@]}") ;;
    browser) wanted+=("${browser[@]}") ;;
    web) wanted+=("${web[@]}") ;;
    vllm) wanted+=("${vllm[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    *) echo "deps: unknown job \"$job\" — use build, run, test, container, bench, browser, web, vllm or lint" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q '^install ok installed' ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "deps: installing ${missing[*]}" >&2
sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo > /dev/null || { echo "deps: these packages are missing: ${missing[*]} — install them as root" >&2; exit 1; }
  sudo=(sudo)
fi
"${sudo[@]}" apt-get -o Acquire::Retries=3 update -qq
# No service of a package (nginx) is to be started by its installation.
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
  apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
