# Everything that is done to huibao, by name. `make help` lists it.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X huibao/internal/app.Version=$(VERSION)
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 30s
# The packages whose tests run many programs: one at a time, so that on a small
# machine none waits for the other's for longer than its patience.
ALONE    := /internal/(e2e|page)$$
# SQLite is C translated to Go, whose pointers the race detector's checks of
# pointers take half of the time to look at.
RACE     := -race -gcflags=modernc.org/...=-d=checkptr=0
export CGO_ENABLED ?= 0

.PHONY: help demo build page test check lint fuzz bench tidy golden clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## run huibao against a simulated Feishu and open a chat in the browser
	./bin/huibao demo

build: page ## build the binary with the chart library into bin/
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/huibao ./cmd/huibao

page: internal/page/dist/js/admin/main.js ## build the pages and the chart library (needs Node.js)

internal/page/dist/js/admin/main.js: internal/page/node_modules/.package-lock.json internal/page/build.mjs internal/page/vchart.mjs $(shell find internal/page/static -name '*.js' -o -name '*.css')
	cd internal/page && npm run --silent build
	@touch $@

internal/page/node_modules/.package-lock.json: $(addprefix internal/page/,package.json package-lock.json .npmrc)
	@command -v npm >/dev/null || { echo 'The built pages need Node.js 20 or later with npm. Without it, go build ./cmd/huibao: pages come in many small files and charts show as tables.'; exit 1; }
	cd internal/page && npm ci
	@touch $@

test: page ## run all tests, with the race detector, a real browser and both official SDKs
	deploy/test-tools.sh
	CGO_ENABLED=1 $(GO) test $(RACE) -timeout 15m $$($(GO) list ./... | grep -vE '$(ALONE)')
	CGO_ENABLED=1 $(GO) test $(RACE) -timeout 20m -p 1 $$($(GO) list ./... | grep -E '$(ALONE)')

check: ## format, vet, lint, import rules, tidy, and what must not be in the tree
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt -w on these'; exit 1; }
	$(GO) mod tidy -diff
	$(GO) vet ./... && $(GO) vet -tags failpoint ./...
	$(GO) test ./internal/importtest
	$(MAKE) --no-print-directory lint

lint:
	$(GO) run $(LINT) run ./...

fuzz: ## run every fuzz target, or those in FUZZ, for FUZZTIME (30 s)
	deploy/fuzz.sh $(FUZZTIME) $(FUZZ)

bench: ## run the benchmarks whose figures stand in docs/performance.md
	$(GO) test -run '^$$' -bench . -benchmem $$($(GO) list ./... | grep -v /internal/e2e)
	$(GO) test -run '^$$' -bench . -benchtime 5s -timeout 60m ./internal/e2e

golden: ## write the golden cards anew; look at the difference before committing
	$(GO) test ./templates -update

tidy: ## format and tidy
	gofmt -w $$(git ls-files '*.go')
	$(GO) mod tidy

clean: ## remove what was built
	rm -rf bin internal/page/dist/* internal/page/node_modules
