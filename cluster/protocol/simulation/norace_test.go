// SPDX-License-Identifier: Apache-2.0

//go:build !race

package simulation

// histories are how many are tried unless LONGSHORE_SEEDS says otherwise.
const histories = 2000
