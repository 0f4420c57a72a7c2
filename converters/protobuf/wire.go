// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// appendIndexes appends the place of a message in its text: how many numbers follow, then the place among the messages of the
// file, then among those nested in it, and so on. The first message of the file, which nearly all are, is a single zero.
func appendIndexes(dst []byte, md protoreflect.MessageDescriptor) []byte {
	var path []int
	for d := protoreflect.Descriptor(md); ; d = d.Parent() {
		m, ok := d.(protoreflect.MessageDescriptor)
		if !ok {
			break
		}
		path = append([]int{m.Index()}, path...)
	}
	if len(path) == 1 && path[0] == 0 {
		return append(dst, 0)
	}
	dst = protowire.AppendVarint(dst, protowire.EncodeZigZag(int64(len(path))))
	for _, i := range path {
		dst = protowire.AppendVarint(dst, protowire.EncodeZigZag(int64(i)))
	}
	return dst
}

var (
	errIndexes = errors.New("the place of the message in its schema is cut off")
	errPlace   = errors.New("the schema has no message at the place that the bytes name")
)

// messageAt takes the place off the bytes and returns the message that is there, and what follows.
func messageAt(fd protoreflect.FileDescriptor, data []byte) (protoreflect.MessageDescriptor, []byte, error) {
	count, data, err := zigZag(data)
	if err != nil {
		return nil, nil, err
	}
	messages := fd.Messages()
	if count == 0 {
		if messages.Len() == 0 {
			return nil, nil, errPlace
		}
		return messages.Get(0), data, nil
	}
	var md protoreflect.MessageDescriptor
	for range count {
		var i int64
		if i, data, err = zigZag(data); err != nil {
			return nil, nil, err
		}
		if i < 0 || i >= int64(messages.Len()) {
			return nil, nil, errPlace
		}
		md = messages.Get(int(i))
		messages = md.Messages()
	}
	if md == nil {
		return nil, nil, errPlace
	}
	return md, data, nil
}

func zigZag(data []byte) (int64, []byte, error) {
	v, n := protowire.ConsumeVarint(data)
	if n < 0 {
		return 0, nil, errIndexes
	}
	return protowire.DecodeZigZag(v), data[n:], nil
}
