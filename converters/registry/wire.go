// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"encoding/binary"
	"errors"
)

// HeaderSize is the number of bytes in front of a message: a zero byte and the schema's number, big endian.
const HeaderSize = 5

// What is wrong with the bytes in front of a message; the texts are those of Confluent's deserializer.
var (
	errMagic = errors.New("Unknown magic byte!") //nolint:staticcheck // Confluent's text
	errShort = errors.New("the message is shorter than the five bytes that name its schema")
)

// AppendHeader appends the zero byte and the number of a schema.
func AppendHeader(dst []byte, id int) []byte {
	return binary.BigEndian.AppendUint32(append(dst, 0), uint32(id))
}

// SplitHeader takes the number of the schema off a message. The error says which of the five bytes are wrong.
func SplitHeader(data []byte) (id int, body []byte, err error) {
	switch {
	case len(data) > 0 && data[0] != 0:
		return 0, nil, errMagic
	case len(data) < HeaderSize:
		return 0, nil, errShort
	}
	return int(int32(binary.BigEndian.Uint32(data[1:]))), data[HeaderSize:], nil
}
