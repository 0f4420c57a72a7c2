// SPDX-License-Identifier: Apache-2.0

package actors

import connect "github.com/longshore-io/connect"

// sharingKey says which source tasks share Kafka clients, with one of the values below.
const (
	sharingKey   = "client.sharing"
	sharingEqual = "equal"
	sharingNone  = "none"
)

var sharingKeys = connect.ConfigDef{
	{Name: sharingKey, Type: connect.StringType, Default: sharingEqual, Validator: connect.OneOfFold(sharingEqual, sharingNone), Importance: connect.Low,
		Doc: "Which source tasks that deliver at least once may share Kafka clients: those whose client properties are all equal and that have no client.id of their own (equal), or none."},
}
