// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"context"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// mainFile is the name of a text that has none.
const mainFile = "__schema__.proto"

// metaExtension is the number of the options that hold what Protobuf has no word for, metaParams that of the parameters in it.
const (
	metaExtension = 1088
	metaParams    = 2
)

// compile makes descriptors of a text. Imports are taken from its references and from the files that everybody knows, never
// from anywhere else.
func compile(ctx context.Context, text string, references []registry.Referenced) (protoreflect.FileDescriptor, error) {
	sources := map[string]string{mainFile: withMeta(text)}
	for path, known := range knownFiles {
		sources[path] = known
	}
	for _, r := range references {
		sources[r.Name] = withMeta(r.Schema.Text)
	}
	c := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(sources)}),
		MaxParallelism: 1,
	}
	files, err := c.Compile(ctx, mainFile)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &connect.DataError{Reason: "Invalid protobuf schema definition", Err: err}
	}
	return files[0], nil
}

// withMeta adds the import of Confluent's options to a text that uses them without it, as texts of its converter do.
func withMeta(text string) string {
	if !strings.Contains(text, "confluent.") || strings.Contains(text, `"`+metaFile+`"`) {
		return text
	}
	return text + "\nimport \"" + metaFile + "\";\n"
}

// metaOf returns the parameters of the option confluent.field_meta.
func metaOf(fd protoreflect.FieldDescriptor) map[string]string {
	options, err := proto.Marshal(fd.Options())
	if err != nil {
		return nil
	}
	params := map[string]string{}
	each(options, func(number protowire.Number, meta []byte) {
		if number != metaExtension {
			return
		}
		each(meta, func(number protowire.Number, entry []byte) {
			if number != metaParams {
				return
			}
			var pair [3]string
			each(entry, func(number protowire.Number, text []byte) {
				if number <= 2 {
					pair[number] = string(text)
				}
			})
			params[pair[1]] = pair[2]
		})
	})
	return params
}

// each calls visit for the fields of a message that are bytes, up to where the message is broken.
func each(message []byte, visit func(protowire.Number, []byte)) {
	for len(message) > 0 {
		number, typ, n := protowire.ConsumeTag(message)
		if n < 0 {
			return
		}
		size := protowire.ConsumeFieldValue(number, typ, message[n:])
		if size < 0 {
			return
		}
		if typ == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message[n:])
			visit(number, value)
		}
		message = message[n+size:]
	}
}
