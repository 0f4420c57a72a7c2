// SPDX-License-Identifier: Apache-2.0

//go:build race

package simulation

// histories are as many as the race detector has time for. There is one goroutine for each history, so it has little to find.
const histories = 150

// guardsTried are as many of the guards as it has time for.
const guardsTried = 7
