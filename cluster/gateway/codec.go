// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
)

// frame is a message as it is on the wire. It is JSON that the handlers of both sides read, so that what cannot be read gets an
// ordinary answer.
type frame []byte

// framing is the codec of both sides. It is handed to each connection and server: grpc's list of codecs is the whole process's.
type framing struct{}

var _ encoding.CodecV2 = framing{}

// Name is what the content type of requests says.
func (framing) Name() string { return "json" }

// Marshal implements encoding.CodecV2.
func (framing) Marshal(v any) (mem.BufferSlice, error) {
	f, ok := v.(*frame)
	if !ok {
		return nil, fmt.Errorf("write a %T between workers: it is no frame", v)
	}
	return mem.BufferSlice{mem.SliceBuffer(*f)}, nil
}

// Unmarshal implements encoding.CodecV2. It copies: grpc uses the buffers again.
func (framing) Unmarshal(data mem.BufferSlice, v any) error {
	f, ok := v.(*frame)
	if !ok {
		return fmt.Errorf("read a %T between workers: it is no frame", v)
	}
	*f = data.Materialize()
	return nil
}
