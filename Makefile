# SPDX-License-Identifier: Apache-2.0
#
# `make help` lists what there is.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null)
APP     := github.com/longshore-io/connect/cmd/app
LDFLAGS := -X $(APP).version=$(VERSION) -X $(APP).commit=$(COMMIT)
EXE     := $(if $(filter windows,$(shell go env GOOS)),.exe)

.DEFAULT_GOAL := help
.PHONY: help build run

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

build: ## build longshore, connect-distributed and connect-standalone into bin/
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/longshore$(EXE) ./cmd/longshore
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/connect-distributed$(EXE) ./cmd/connect-distributed
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/connect-standalone$(EXE) ./cmd/connect-standalone

run: build ## run the demo: a file through an embedded Kafka into another file
	bin/longshore$(EXE) run examples/demo/source.properties examples/demo/sink.properties

# Tests. Build tags choose them, and nothing is skipped: without a tag they need neither Java nor Maven, with `kafka` also the
# core on a real broker, with `real` the long ones on real brokers. Rounds are how often a test repeats a crash.
.PHONY: test test-fast test-real compat soak jars databases
ROUNDS     ?= 3
GO_TEST    := go test -timeout
GOLANGCI   := go tool -modfile=internal/tools/go.mod golangci-lint
CACHE      := .cache
# Packages that have tests behind the tag `real`.
REAL        = $(sort $(dir $(shell grep -rlE '^//go:build (.* )?real( .*)?$$' --include='*_test.go' . )))

# told runs long tests, shows all that they say as they say it, and after a failure again what failed: it may be far above.
told = @mkdir -p $(CACHE); echo '$(1)'; { $(1) 2>&1; echo "exit code $$?"; } | tee $(CACHE)/told.txt; \
	tail -1 $(CACHE)/told.txt | grep -qx 'exit code 0' || \
	{ echo; echo "What failed:"; grep -E -A16 '^ *(Error Trace:|--- FAIL|panic:)' $(CACHE)/told.txt | tail -150; exit 1; }

# The simulation runs apart, too: the race detector makes it slow, and leaves time for few of its histories.
test: jars ## run all but the long tests, with the race detector (needs Java 17 and Maven; 15 minutes at most)
	$(GO_TEST) 15m -race -tags kafka ./...
	$(GO_TEST) 5m ./cluster/protocol/simulation

test-fast: ## run the tests that need neither Java nor Maven, with the race detector
	$(GO_TEST) 10m -race ./...

test-real: databases ## run the long tests on real brokers, each crash ROUNDS times (3; needs Java 17, Maven, and Python 3.8 with venv)
	$(call told,LONGSHORE_ROUNDS=$(ROUNDS) $(GO_TEST) 40m -p 1 -v -tags real $(REAL))

compat: jars ## compare the REST answers with those of the real Kafka Connect (3 minutes; needs Java 17 and Maven)
	$(GO_TEST) 10m -tags real -v -count=1 ./internal/compat

soak: databases ## run the long tests with all their rounds (needs what test-real needs), and print what they saw
	$(call told,LONGSHORE_ROUNDS=20 $(GO_TEST) 4h -p 1 -v -tags real $(REAL))

# First, so that a machine without Java or Maven hears of it at once and not after minutes of other tests.
jars:
	@go build -o $(CACHE)/jars$(EXE) ./internal/kafkatest/jars
	@$(CACHE)/jars$(EXE) >/dev/null

databases: jars
	@go run ./internal/databasetest/fetch

.PHONY: lint fmt cover fuzz golden docs
lint: ## run the linters at their pinned version, and see that macOS and Windows compile
	$(GOLANGCI) run ./...
	CGO_ENABLED=0 GOOS=darwin go vet ./...
	CGO_ENABLED=0 GOOS=windows go vet ./...

fmt: ## format the code and its imports
	$(GOLANGCI) fmt ./...

cover: ## measure which statements the fast tests reach
	@mkdir -p $(CACHE)
	go test -timeout 10m -coverpkg=./... -coverprofile=$(CACHE)/cover.out ./... >$(CACHE)/cover.txt || { cat $(CACHE)/cover.txt; exit 1; }
	@go tool cover -func=$(CACHE)/cover.out | tail -1
	@echo "go tool cover -html=$(CACHE)/cover.out shows them"

# A number of inputs and not a time: when a time is over, Go sometimes calls its end a failure of the target (context deadline exceeded).
FUZZTIME ?= 8000x
fuzz: ## run each fuzz target for FUZZTIME (8000x, inputs; 4 minutes)
	@grep -rnoE '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' . | while IFS=: read -r file _ target; do \
		name=$${target#func }; echo "$$(dirname "$$file") $$name"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit 1; \
	done

docs: ## make the pages of docs/connectors anew from the definitions of the connectors
	go test ./internal/connectorpages -count=1 -update

golden: jars ## make the golden files anew with Kafka Connect's own classes (needs Java 17 and Maven)
	converters/testdata/java/run.sh
	connectors/transforms/testdata/java/run.sh
	cd offsets/testdata && java java/OffsetsFile.java write .
	cd offsets/testdata && java -cp "$$(../../$(CACHE)/jars$(EXE))/*" java/OffsetTexts.java >texts.golden
	cd internal/kafkaconfig/testdata && java -cp "$$(../../../$(CACHE)/jars$(EXE))/*" java/ClientProperties.java >client-properties.golden

.PHONY: bench bench-quick bench-cluster
bench: databases ## compare with the real Kafka Connect and the bare client, into docs/benchmarks (about an hour on an idle machine; Linux)
	go run ./bench

bench-quick: jars ## the same with a few small workloads, into .cache/bench (under 5 minutes on an idle machine; Linux)
	go run ./bench -rounds 2 -scale 0.2 -only '^(file source|file sink|three transforms|start|100 connectors)$$' -out $(CACHE)/bench

bench-cluster: jars ## measure how soon 1,000 connectors run after workers start or are killed (about 5 minutes; Linux)
	go run ./bench/cluster
