// SPDX-License-Identifier: Apache-2.0

// Package architecture holds the tests of the house rules that no linter can check: that imports point one way, that clock
// and randomness are inputs, that files are short and begin alike, that documents link to what is there.
//
// There is nothing in it but tests. What golangci-lint checks (.golangci.yml) is not checked here again.
package architecture
