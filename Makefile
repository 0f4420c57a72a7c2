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
