// SPDX-License-Identifier: Apache-2.0

// Package connectorpages makes the pages of docs/connectors from what the connectors say of themselves: class names, aliases, and
// configuration keys with their types, defaults, valid values and documentation.
//
// There is nothing in it but tests: one fails where a page is not what would be made, and `make docs` makes them. What stands above a
// page's mark is written by hand, and kept.
package connectorpages
