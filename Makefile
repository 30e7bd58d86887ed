# make run    installs what it needs, builds, fills and serves the demonstration county
# make test   installs what it needs and runs everything; each step is a target of its own, see STEPS
# make help   the other targets

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# One set of flags for building, testing and checking, so that every package is compiled once.
export CGO_ENABLED := 0
export GOFLAGS := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
STEPS   := check unit sqlite postgres web e2e
GO_FILES = $(shell git ls-files -co --exclude-standard '*.go')
UI_FILES = $(shell find ui -name node_modules -prune -o -path ui/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run build web-build install install-test test test-fast $(STEPS) \
        format-check vet staticcheck arch licences web-check vitest pictures soak bench plans data clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 16

run: install build ## install, build, fill the demonstration county and serve it
	bin/tiaojietai demo $(ARGS)

build: web-build ## bin/tiaojietai with the web app inside
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tiaojietai ./cmd/tiaojietai

install:
	@scripts/install.sh run

install-test:
	@scripts/install.sh test

# ---- tests, in the order of `make test` -------------------------------------

test: install-test ## everything, on both engines and in the browser
	@scripts/timed.sh $(STEPS)

test-fast: ## Go tests on SQLite only, the long ones short
	TIAOJIETAI_TEST_ENGINE=sqlite go test -short ./...

check: format-check vet staticcheck arch licences web-check ## format, vet, staticcheck, architecture, licences, types

unit: ## packages whose tests use no database
	go test -vet=off $$(scripts/packages.sh unit)

sqlite: ## packages whose tests use a database, on SQLite
	TIAOJIETAI_TEST_ENGINE=sqlite go test -vet=off -timeout 20m $$(scripts/packages.sh db)

postgres: ## the same tests on PostgreSQL, in a cluster of their own
	TIAOJIETAI_TEST_ENGINE=postgres scripts/pg.sh run go test -vet=off -timeout 20m $$(scripts/packages.sh db)

web: web-check vitest ## the web app's own tests

e2e: build ## the browser tests: one server, Debian's Chromium
	cd e2e && TIAOJIETAI_BIN=$(CURDIR)/bin/tiaojietai CHROMIUM=$$(../scripts/chromium.sh) npm test

# ---- parts of check ----------------------------------------------------------

format-check:
	@bad=$$(gofmt -l $(GO_FILES)); [ -z "$$bad" ] || { printf 'not formatted (gofmt -w):\n%s\n' "$$bad"; exit 1; }

vet:
	go vet ./...

staticcheck:
	go tool staticcheck ./...

arch:
	go test -vet=off internal/app/arch_test.go # the file alone: needs no build of the app

licences: ## refuses a dependency whose licence we may not ship
	go run ./scripts/licences

# ---- the web app --------------------------------------------------------------

web-build: ui/dist/index.html ## the web app, into ui/dist

ui/dist/index.html: $(UI_FILES)
	cd ui && npm run build
	@touch ui/dist/.gitkeep

web-check: ui/node_modules/.checked ## vue-tsc

ui/node_modules/.checked: $(UI_FILES)
	cd ui && npm run check
	@touch $@

vitest:
	cd ui && npm test

# ---- long things, whose last result stands in docs/ ---------------------------

pictures: install-test build ## screenshots of every page into pictures/ (git ignores it)
	cd e2e && TIAOJIETAI_BIN=$(CURDIR)/bin/tiaojietai CHROMIUM=$$(../scripts/chromium.sh) PICTURES=$(CURDIR)/pictures npm run pictures

soak: install-test ## property and crash tests for long, on both engines; CHECKS=20000
	TIAOJIETAI_SOAK=$${CHECKS:-20000} TIAOJIETAI_TEST_ENGINE=sqlite,postgres scripts/pg.sh run go test -vet=off -count=1 -timeout 3h $$(scripts/packages.sh db)

bench: install-test build ## the published load figures, on both engines, into docs/bench.md
	PG_DURABLE=1 scripts/pg.sh run bash -c 'bin/tiaojietai bench --db "$$TIAOJIETAI_TEST_PG" --as "make bench" --write docs/bench.md $(ARGS)'

plans: install-test build ## how both engines answer the everyday statements, into docs/plans.md
	scripts/pg.sh run scripts/plans.sh

data: ## tests over real messages that are not in the repository, on both engines: make data DATA=DIR
	@[ -d "$(DATA)" ] || { echo "make data DATA=DIR: the directory with public-messages.csv"; exit 2; }
	TIAOJIETAI_DATA=$(abspath $(DATA)) TIAOJIETAI_TEST_ENGINE=sqlite,postgres scripts/pg.sh run go test -vet=off -count=1 -run '^TestData' ./...

clean: ## what was built; never the data directory
	rm -rf bin pictures ui/dist/assets ui/dist/index.html ui/node_modules/.checked
