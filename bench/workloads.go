// SPDX-License-Identifier: Apache-2.0

package main

import "slices"

// workloads are all there are, in the order in which they run and in which the report shows them.
var workloads = slices.Concat(copyWorkloads, postgresWorkloads, scaleWorkloads)

// targets are all that we hold ourselves to.
var targets = slices.Concat(copyTargets, postgresTargets, scaleTargets)
