// SPDX-License-Identifier: Apache-2.0

package javaregex

// Whole returns an expression in Go's syntax that matches what MatchString does, for libraries that compile it themselves.
func (r *Regexp) Whole() string { return r.whole.String() }
