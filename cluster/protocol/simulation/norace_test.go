// SPDX-License-Identifier: Apache-2.0

//go:build !race

package simulation

// histories are how many are tried unless LONGSHORE_SEEDS says otherwise.
const histories = 2000

// guardsTried are how many guards are switched off: all.
const guardsTried = 19
