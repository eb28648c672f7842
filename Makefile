# The commands of a working day. `make demo` and `make test` are all a newcomer needs.
.PHONY: build demo test test-all bench lint format fuzz clean

build:            ## the release program: build/autosre
	tools/deps.sh build
	cmake --preset release > /dev/null
	cmake --build --preset release

demo:             ## local stack with a small model; the real Claude Code answers a prompt
	tools/demo.sh

test:             ## unit tests under ASan and UBSan, then end to end: clients, chart, hook, fetching, MCP servers
	tools/run_suites.sh unit e2e chart hook web mcp

test-all:         ## the slower suites: lint, real engine, vLLM, API server, Chromium, image, TSan, fuzzing, short benchmarks
	tools/run_suites.sh lint engine vllm k8s fingerprint browser image tsan fuzz bench bench-web

bench:            ## the figures, against nginx, Readability, trafilatura and the MCP reference server
	tools/deps.sh build bench
	$(MAKE) build
	bench/proxies.py --protocol anthropic
	bench/proxies.py --protocol codex
	bench/markdown.py
	bench/markdown_quality.py
	tests/mcp/install_clients.sh > /dev/null
	bench/mcp.py
	bench/fetch.py

lint:             ## format, layers and sizes, clang-tidy
	tools/deps.sh build test lint
	tools/lint.sh

format:           ## rewrite the sources in the house format
	git ls-files 'src/*.cc' 'src/*.h' 'tests/*.cc' 'tests/*.h' 'bench/*.cc' 'bench/*.h' | xargs clang-format-19 -i

clean:
	rm -rf build build-dev build-tsan build-fuzz
