// SPDX-License-Identifier: Apache-2.0

package event

import "github.com/longshore-io/connect"

// Message appends the record of a logical decoding message, unless its prefix is filtered or the operation m is skipped. In a transaction at
// has its id; without one TxID is 0 and the message is counted in no transaction.
func (b *Builder) Message(dst []connect.SourceRecord, at *Position, prefix string, content []byte, transactional bool) []connect.SourceRecord {
	if b.skipped[opMessage] || !b.filter.Message(prefix) {
		return dst
	}
	key, value, message := connect.NewStruct(b.schemas.messageKey), connect.NewStruct(b.schemas.messageValue), connect.NewStruct(b.schemas.message)
	key.SetAt(0, prefix)
	message.SetAt(0, prefix)
	message.SetAt(1, b.content(content))
	value.SetAt(0, operations[opMessage])
	value.SetAt(1, at.boxNow().nowMS)
	value.SetAt(2, at.source(&b.messages))
	if transactional && at.Transaction != nil {
		value.SetAt(3, b.schemas.transactionBlock(at.Transaction, messageCollection, at.LSN))
	}
	value.SetAt(4, message)
	return append(dst, b.record(b.names.message, key, value, at))
}

// Heartbeat appends a heartbeat: the offset of at, told on a topic of its own. It goes to partition 0.
func (b *Builder) Heartbeat(dst []connect.SourceRecord, at *Position) []connect.SourceRecord {
	key, value := connect.NewStruct(b.schemas.heartbeatKey), connect.NewStruct(b.schemas.heartbeatValue)
	key.SetAt(0, b.names.prefix)
	value.SetAt(0, at.boxNow().nowMS)
	r := b.record(b.names.heartbeat, key, value, at)
	first := int32(0)
	r.Partition = &first
	return append(dst, r)
}

// Notification is what a connector tells of the progress of a snapshot.
type Notification struct {
	// ID is the signal's, or a random one.
	ID string
	// Aggregate is Initial Snapshot or Incremental Snapshot.
	Aggregate string
	// Type is STARTED, IN_PROGRESS, COMPLETED and so on.
	Type string
	// Data are further facts in their order.
	Data []connect.Parameter
}

// Notification appends a notification, unless there is no topic for them.
func (b *Builder) Notification(dst []connect.SourceRecord, n Notification, at *Position) []connect.SourceRecord {
	if b.names.notification == "" {
		return dst
	}
	key, value := connect.NewStruct(b.schemas.notificationKey), connect.NewStruct(b.schemas.notificationRecord)
	key.SetAt(0, n.ID)
	value.SetAt(0, n.ID)
	value.SetAt(1, n.Type)
	value.SetAt(2, n.Aggregate)
	if n.Data != nil {
		data := connect.NewMap(len(n.Data))
		for _, p := range n.Data {
			data.Put(p.Name, p.Value)
		}
		value.SetAt(3, data)
	}
	value.SetAt(4, at.boxNow().nowMS)
	return append(dst, b.record(b.names.notification, key, value, at))
}
