// SPDX-License-Identifier: Apache-2.0

// Package restart decides whether and when a failed task or connector is started again by itself. It is pure: the time and
// the randomness come in as arguments.
//
// Without a policy that allows it nothing is restarted, as in Kafka Connect. With one, the delay doubles from attempt to
// attempt, with jitter, so that tasks that failed together do not come back together; after a while of healthy work the
// attempts are counted from the beginning.
//
// What does not live here: the timer and what becomes of the task meanwhile (packages actors and actors/lifecycle).
package restart
