// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package app

// forgetPages does something on Linux only.
func forgetPages() {}
